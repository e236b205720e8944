import { ApiError, permissionDenied } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { json } from "../http/reply.ts";
import type { Workspace } from "../workspace.ts";

/** `/api/2.0/secrets`: the scopes and keys of the seed. There is no value, and so nothing that returns one. */
export function secrets({ seed }: Workspace): Route[] {
  const all = "/api/2.0/secrets";
  const listScopes = () =>
    json(
      seed.secretScopes.length === 0
        ? {}
        : { scopes: seed.secretScopes.map(({ name }) => ({ name, backend_type: "DATABRICKS" })) },
    );
  const list = ({ query, principal }: Call) => {
    const name = query.get("scope") ?? "";
    const scope = seed.secretScopes.find((one) => one.name === name);
    if (scope === undefined)
      throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Scope ${name} does not exist!`);
    if (!principal.admin && scope.readers?.includes(principal.name) === false)
      throw permissionDenied(`User ${principal.name} does not have READ permission on scope ${name}.`);
    const keys = scope.keys.map((key) => ({ key, last_updated_timestamp: scope.updatedAt }));
    return json(keys.length === 0 ? {} : { secrets: keys });
  };
  return [
    { method: "GET", pattern: `${all}/scopes/list`, handle: listScopes },
    { method: "GET", pattern: `${all}/list`, handle: list },
  ];
}
