import type { IncomingMessage } from "node:http";
import { type Route, readBody } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Workspace } from "../workspace.ts";
import { clientCredentialsGrant } from "./client-credentials-grant.ts";
import type { Grant } from "./grant.ts";
import { OAuthError, oauthReply } from "./oauth-error.ts";
import { oauthParameters, required } from "./oauth-parameters.ts";
import { authorizationCodeGrant, refreshTokenGrant } from "./sign-in-grants.ts";
import { tokenExchangeGrant } from "./token-exchange-grant.ts";

const GRANTS: Record<string, Grant> = {
  authorization_code: authorizationCodeGrant,
  refresh_token: refreshTokenGrant,
  client_credentials: clientCredentialsGrant,
  "urn:ietf:params:oauth:grant-type:token-exchange": tokenExchangeGrant,
};

export const GRANT_TYPES = Object.keys(GRANTS);

/** `POST /oidc/v1/token` */
export function tokenEndpoint(workspace: Workspace): Route[] {
  return [
    {
      method: "POST",
      pattern: "/oidc/v1/token",
      public: true,
      handle: ({ req }) => oauthReply(() => token(workspace, req)),
    },
  ];
}

async function token(workspace: Workspace, req: IncomingMessage): Promise<Reply> {
  const form = oauthParameters(new URLSearchParams((await readBody(req)).toString("utf8")));
  const grantType = required(form, "grant_type");
  const grant = Object.hasOwn(GRANTS, grantType) ? GRANTS[grantType] : undefined;
  if (grant === undefined) {
    throw new OAuthError("unsupported_grant_type", `grant_type must be one of ${GRANT_TYPES.join(", ")}`);
  }
  const { authorization } = req.headers;
  const issuer = `${workspace.origin(req)}/oidc`;
  return json(await grant(workspace, { authorization, form, issuer }), 200, { "cache-control": "no-store" });
}
