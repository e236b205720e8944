import type { Request } from "express";
import { sendJson } from "../http/send-json.ts";
import type { Route } from "../routing/route.ts";
import { realm } from "../sign-in/caller.ts";
import { type SignInConfig, wayOf } from "../sign-in/sign-in-config.ts";
import { mcpPath } from "./mcp.ts";

const metadataPath = "/.well-known/oauth-protected-resource";

/**
 * RFC 9728: where a client gets a token for `/mcp`. Clients look below the path of the resource first, and at the root then. Empty
 * where people sign in neither with OIDC nor with Databricks.
 */
export function protectedResourceRoutes(signIn: SignInConfig): readonly Route[] {
  if (!hasMetadata(signIn)) return [];
  return [`${metadataPath}${mcpPath}`, metadataPath].map((path) => ({
    method: "get",
    path,
    operationId: "oauth_protected_resource",
    tag: "Service",
    open: true,
    limited: true,
    summary: "Where a client gets a token for /mcp.",
    replies: {},
    errors: [],
    handle: ({ req, res }) => sendJson(res, 200, metadataOf(req, signIn)),
  }));
}

/** The `WWW-Authenticate` of a 401 of `/mcp`, which leads to the metadata: first, because many clients read one challenge only. */
export function mcpChallenge(req: Request, signIn: SignInConfig, challenges: readonly string[]): string {
  if (!hasMetadata(signIn)) return challenges.join(", ");
  const bearer = `Bearer ${realm}, resource_metadata="${originOf(req, signIn)}${metadataPath}${mcpPath}"`;
  return [bearer, ...challenges.filter((each) => !each.startsWith("Bearer"))].join(", ");
}

function hasMetadata(signIn: SignInConfig): boolean {
  return signIn.some(({ mode }) => mode === "oidc" || mode === "databricks");
}

function metadataOf(req: Request, signIn: SignInConfig): object {
  const issuer = wayOf(signIn, "oidc")?.issuer;
  return {
    resource: `${originOf(req, signIn)}${mcpPath}`,
    resource_name: "Databricks Front Door",
    ...(issuer === undefined ? {} : { authorization_servers: [issuer] }),
    // A session of people who sign in with Databricks is in a cookie, and no token takes its place.
    bearer_methods_supported: issuer === undefined ? [] : ["header"],
  };
}

/** The address that the client has for this server, or at least believes to have. */
function originOf(req: Request, signIn: SignInConfig): string {
  const publicUrl = wayOf(signIn, "databricks")?.publicUrl;
  const asked = URL.parse(`${req.protocol}://${req.headers.host ?? ""}`);
  return publicUrl ?? asked?.origin ?? "";
}
