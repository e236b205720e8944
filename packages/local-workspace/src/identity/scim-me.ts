import type { Route } from "../http/call.ts";
import { json } from "../http/reply.ts";
import type { Principal } from "./principals.ts";

/** `GET /api/2.0/preview/scim/v2/Me`: the caller. */
export function scimMe(): Route[] {
  return [
    { method: "GET", pattern: "/api/2.0/preview/scim/v2/Me", handle: ({ principal }) => json(me(principal)) },
  ];
}

/** A service principal's userName is its application id, and it has no email address. */
function me(principal: Principal): object {
  const groups = principal.admin ? [{ display: "admins", type: "direct", value: "1" }] : [];
  const common = {
    schemas: [
      "urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:workspace:2.0:User",
    ],
    id: principal.id,
    userName: principal.name,
    displayName: principal.displayName,
    active: true,
    groups,
  };
  if (principal.kind === "servicePrincipal") return common;
  return {
    ...common,
    name: { givenName: principal.givenName, familyName: principal.familyName },
    emails: [{ type: "work", value: principal.name, primary: true }],
  };
}
