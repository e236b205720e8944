import type { PublicCall, Route } from "../http/call.ts";
import { json } from "../http/reply.ts";
import { SCOPES } from "../state/scopes.ts";
import type { Workspace } from "../workspace.ts";
import { authorize } from "./authorize.ts";
import { publicPart } from "./signing-key.ts";
import { GRANT_TYPES, tokenEndpoint } from "./token-endpoint.ts";

/** OAuth: discovery (by OAuth's documents, and by the one that the SDKs read first), the authorization endpoint, the token endpoint, and the keys of id tokens. */
export function oidc(workspace: Workspace): Route[] {
  const discover = (call: PublicCall) => json(discovery(workspace.origin(call.req)));
  const config = ({ req }: PublicCall) =>
    json({
      oidc_endpoint: `${workspace.origin(req)}/oidc`,
      account_id: workspace.seed.accountId,
      workspace_id: workspace.seed.workspaceId,
      token_federation_default_oidc_audiences: [`${workspace.origin(req)}/oidc/v1/token`],
    });
  const keys = async () => json({ keys: [publicPart(await workspace.oauth.signingKey())] });
  return [
    {
      method: "GET",
      pattern: "/oidc/.well-known/oauth-authorization-server",
      public: true,
      handle: discover,
    },
    { method: "GET", pattern: "/oidc/.well-known/openid-configuration", public: true, handle: discover },
    { method: "GET", pattern: "/.well-known/databricks-config", public: true, handle: config },
    { method: "GET", pattern: "/oidc/jwks.json", public: true, handle: keys },
    ...authorize(workspace),
    ...tokenEndpoint(workspace),
  ];
}

function discovery(origin: string): object {
  return {
    authorization_endpoint: `${origin}/oidc/v1/authorize`,
    token_endpoint: `${origin}/oidc/v1/token`,
    issuer: `${origin}/oidc`,
    jwks_uri: `${origin}/oidc/jwks.json`,
    scopes_supported: SCOPES,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: GRANT_TYPES,
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    authorization_response_iss_parameter_supported: true,
    id_token_signing_alg_values_supported: ["RS256"],
    subject_types_supported: ["public"],
  };
}
