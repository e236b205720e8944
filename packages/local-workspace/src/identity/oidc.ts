import type { IncomingMessage } from "node:http";
import { type PublicCall, type Route, readBody } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Workspace } from "../workspace.ts";

/** OAuth for service principals: discovery and the client credentials grant. */
export function oidc(workspace: Workspace): Route[] {
  const discover = (call: PublicCall) => json(discovery(workspace.origin(call.req)));
  return [
    {
      method: "GET",
      pattern: "/oidc/.well-known/oauth-authorization-server",
      public: true,
      handle: discover,
    },
    { method: "GET", pattern: "/oidc/.well-known/openid-configuration", public: true, handle: discover },
    { method: "POST", pattern: "/oidc/v1/token", public: true, handle: ({ req }) => token(workspace, req) },
  ];
}

function discovery(origin: string): object {
  return {
    authorization_endpoint: `${origin}/oidc/v1/authorize`,
    token_endpoint: `${origin}/oidc/v1/token`,
    issuer: `${origin}/oidc`,
    jwks_uri: `${origin}/oidc/jwks.json`,
    scopes_supported: ["all-apis", "email", "offline_access", "openid", "profile", "sql"],
    response_types_supported: ["code", "id_token"],
    response_modes_supported: ["query", "fragment", "form_post"],
    grant_types_supported: ["client_credentials"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["client_secret_basic"],
    subject_types_supported: ["public"],
  };
}

async function token(workspace: Workspace, req: IncomingMessage): Promise<Reply> {
  const form = new URLSearchParams((await readBody(req)).toString("utf8"));
  const client = basicCredentials(req.headers.authorization);
  const issued = client && (await workspace.tokens.issue(client.id, client.secret));
  if (issued === undefined) return refused(401, "invalid_client", "Client authentication failed");
  if (form.get("grant_type") !== "client_credentials") {
    return refused(
      400,
      "unsupported_grant_type",
      "grant_type must be client_credentials: the local workspace supports no other",
    );
  }
  if (form.get("scope") !== "all-apis") {
    return refused(400, "invalid_scope", "The local workspace knows scope all-apis only");
  }
  return json(
    { access_token: issued.token, token_type: "Bearer", expires_in: issued.seconds, scope: "all-apis" },
    200,
    { "cache-control": "no-store" },
  );
}

function refused(status: number, error: string, description: string): Reply {
  return json({ error, error_description: description }, status, { "cache-control": "no-store" });
}

function basicCredentials(authorization: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)\s*$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon === -1 ? undefined : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
