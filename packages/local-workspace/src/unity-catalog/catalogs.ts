import { z } from "zod";
import { notImplemented } from "../http/api-error.ts";
import type { Route } from "../http/call.ts";
import type { Workspace } from "../workspace.ts";
import { createBody, securableRoutes, updateBody } from "./securable-service.ts";

/** `/api/2.1/unity-catalog/catalogs` */
export function catalogs(workspace: Workspace): Route[] {
  return securableRoutes(workspace, {
    kind: "catalog",
    collection: "catalogs",
    pageSizeMax: 1000,
    createBody: createBody.extend({
      storage_root: z.string().optional(),
      connection_name: z.string().optional(),
      provider_name: z.string().optional(),
      share_name: z.string().optional(),
    }),
    ownFields(body) {
      if ((body.connection_name ?? body.provider_name ?? body.share_name) !== undefined)
        throw notImplemented("foreign and shared catalogs");
      return { storageRoot: body.storage_root };
    },
    updateBody,
    contents: { schema: "schema(s)" },
    show: (catalog) => ({
      id: catalog.id,
      catalog_type: "MANAGED_CATALOG",
      storage_root: catalog.storageRoot,
      isolation_mode: "OPEN",
      enable_predictive_optimization: "INHERIT",
    }),
  });
}
