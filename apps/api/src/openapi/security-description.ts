import type { ZodOpenApiComponentsObject, ZodOpenApiOperationObject } from "zod-openapi";
import { BrowserAddress } from "../sign-in/browser-address.ts";
import { type SignInConfig, wayOf } from "../sign-in/sign-in-config.ts";

type Schemes = NonNullable<ZodOpenApiComponentsObject["securitySchemes"]>;

export interface SecurityDescription {
  readonly schemes: Schemes;
  /** Any one of these is enough. */
  readonly requirements: NonNullable<ZodOpenApiOperationObject["security"]>;
  /** Whose rights a request has. */
  readonly runsAs: string;
}

const asToken = "as the Databricks token in it, or as this installation's own identity if it has none";
const asProxyToken =
  "as the Databricks token that a trusted proxy sends with it, or as this installation's own identity";

const asJwt = {
  gateway: asProxyToken,
  user: "as the Databricks user of its JWT",
  "service-principal": "as the service principal that the claims of its JWT map to",
};

const databricksToken = {
  type: "http",
  scheme: "bearer",
  description: "A Databricks token to run as, instead of this installation's own identity.",
} as const;

/** How a caller signs in, for the API document. */
export function securityDescription(signIn: SignInConfig): SecurityDescription {
  // Where JWTs are read from it, `Authorization` brings no Databricks token.
  const readsTokens = wayOf(signIn, "oidc") === undefined;
  const ways = signIn.map((way) => describeWay(way, readsTokens));
  const only = ways.length === 1;
  return {
    schemes: Object.assign({}, ...ways.map(({ schemes }) => schemes)),
    requirements: ways.flatMap(({ requirements }) => requirements),
    runsAs: ways.map(({ by, runs }) => `A request${only ? "" : ` ${by}`} runs ${runs}.`).join(" "),
  };
}

interface WayDescription extends Omit<SecurityDescription, "runsAs"> {
  /** What a request has that takes this way. */
  readonly by: string;
  /** As whom it runs. */
  readonly runs: string;
}

function describeWay(way: SignInConfig[number], readsTokens: boolean): WayDescription {
  switch (way.mode) {
    case "none":
      return {
        schemes: { databricksToken },
        requirements: [{}, { databricksToken: [] }],
        by: "of anybody",
        runs: asToken,
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
          ...(readsTokens ? { databricksToken } : {}),
        },
        requirements: [{ apiKey: [] }, ...(readsTokens ? [{ apiKey: [], databricksToken: [] }] : [])],
        by: "with an API key",
        runs: readsTokens ? asToken : asProxyToken,
      };
    case "oidc":
      return {
        schemes: {
          openId: {
            type: "openIdConnect",
            openIdConnectUrl: `${way.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
            description: `A JWT of this provider for the audience ${way.audience}.`,
          },
        },
        requirements: [{ openId: [] }],
        by: "with a JWT",
        runs: asJwt[way.runAs],
      };
    case "databricks":
      return {
        schemes: {
          session: {
            type: "apiKey",
            in: "cookie",
            name: new BrowserAddress(way.publicUrl).sessionCookie,
            description:
              "The session of a browser whose user has signed in at `/auth/login`. A request that changes something needs the header `Origin`, as browsers send it.",
          },
        },
        requirements: [{ session: [] }],
        by: "with a session",
        runs: "as the person who has signed in with Databricks",
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
        by: "of a proxy's user",
        runs: asProxyToken,
      };
  }
}
