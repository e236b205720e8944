import type { Route } from "../http/call.ts";
import type { Workspace } from "../workspace.ts";
import { catalogType } from "./catalogs.ts";
import { createBody, securableRoutes, updateBody } from "./securable-service.ts";

/** `/api/2.1/unity-catalog/schemas` */
export function schemas(workspace: Workspace): Route[] {
  return securableRoutes(workspace, {
    kind: "schema",
    collection: "schemas",
    pageSizeMax: 1000,
    createBody,
    ownFields: () => ({}),
    updateBody,
    // The odd plurals are Databricks' own.
    contents: { table: "tables(s)", function: "functions(s)", volume: "volumes(s)" },
    show: (schema) => ({
      schema_id: schema.id,
      catalog_type: catalogType(schema.parentId),
      enable_predictive_optimization: "INHERIT",
    }),
  });
}
