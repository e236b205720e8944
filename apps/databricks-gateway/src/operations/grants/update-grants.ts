import { GrantsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import type { PermissionsChange, Privilege } from "@databricks/sdk-experimental/dist/apis/catalog/model.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { securableInPath } from "../securable-in-path.ts";

export const updateGrants: Handler<"update_grants"> = async (params, { signal }) => {
  const { securable_type, changes } = params;
  return service(GrantsService, signal).update({
    securable_type,
    full_name: securableInPath(params),
    changes: changes.map(
      ({ principal, add = [], remove = [] }): PermissionsChange => ({
        principal,
        // Databricks adds privileges, so the SDK's list of them is not complete.
        add: add as Privilege[],
        remove: remove as Privilege[],
      }),
    ),
  });
};
