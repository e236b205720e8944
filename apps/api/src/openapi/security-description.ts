import type { ZodOpenApiComponentsObject, ZodOpenApiOperationObject } from "zod-openapi";
import { BrowserAddress } from "../sign-in/session-cookie.ts";
import type { SignInConfig } from "../sign-in/sign-in-config.ts";

type Schemes = NonNullable<ZodOpenApiComponentsObject["securitySchemes"]>;

export interface SecurityDescription {
  readonly schemes: Schemes;
  /** Any one of these is enough. */
  readonly requirements: NonNullable<ZodOpenApiOperationObject["security"]>;
  /** Whose rights a request has. */
  readonly runsAs: string;
}

const runsAsToken =
  "A request runs as the Databricks token in it, or as this installation's own identity if it has none.";
const runsAsProxyToken =
  "A request runs as the Databricks token that a trusted proxy sends with it, or as this installation's own identity.";

const runsAsJwt = {
  gateway: runsAsProxyToken,
  user: "A request runs as the Databricks user of its JWT.",
  "service-principal": "A request runs as the service principal that the claims of its JWT map to.",
};

const databricksToken = {
  type: "http",
  scheme: "bearer",
  description: "A Databricks token to run as, instead of this installation's own identity.",
} as const;

/** How a caller signs in, for the API document. */
export function securityDescription(signIn: SignInConfig): SecurityDescription {
  switch (signIn.mode) {
    case "none":
      return {
        schemes: { databricksToken },
        requirements: [{}, { databricksToken: [] }],
        runsAs: runsAsToken,
      };
    case "api-key":
      return {
        schemes: {
          apiKey: {
            type: "apiKey",
            in: "header",
            name: "X-Api-Key",
            description: "A key of this installation.",
          },
          databricksToken,
        },
        requirements: [{ apiKey: [] }, { apiKey: [], databricksToken: [] }],
        runsAs: runsAsToken,
      };
    case "oidc":
      return {
        schemes: {
          openId: {
            type: "openIdConnect",
            openIdConnectUrl: `${signIn.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
            description: `A JWT of this provider for the audience ${signIn.audience}.`,
          },
        },
        requirements: [{ openId: [] }],
        runsAs: runsAsJwt[signIn.runAs],
      };
    case "databricks":
      return {
        schemes: {
          session: {
            type: "apiKey",
            in: "cookie",
            name: new BrowserAddress(signIn.publicUrl).cookieName("session"),
            description:
              "The session of a browser whose user has signed in at `/auth/login`. A request that changes something needs the header `Origin`, as browsers send it.",
          },
        },
        requirements: [{ session: [] }],
        runsAs: "A request runs as the person who has signed in with Databricks.",
      };
    case "forwarded":
      return {
        schemes: {
          proxy: {
            type: "apiKey",
            in: "header",
            name: "X-Forwarded-Email",
            description: "Set by the trusted proxy that signed the caller in. Callers do not send it.",
          },
        },
        requirements: [{ proxy: [] }],
        runsAs: runsAsProxyToken,
      };
  }
}
