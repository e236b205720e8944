import { z } from "zod";
import { notImplemented } from "../http/api-error.ts";
import type { Route } from "../http/call.ts";
import { SYSTEM_CATALOG } from "../state/system-state.ts";
import type { Workspace } from "../workspace.ts";
import { createBody, securableRoutes, updateBody } from "./securable-service.ts";

export const catalogType = (catalogId: string): string =>
  catalogId === SYSTEM_CATALOG ? "SYSTEM_CATALOG" : "MANAGED_CATALOG";

/** Whether other workspaces of the metastore see the catalog. It changes nothing here, where there is one workspace. */
const isolationMode = z.enum(["OPEN", "ISOLATED"]);

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
      isolation_mode: isolationMode.optional(),
    }),
    ownFields(body) {
      if ((body.connection_name ?? body.provider_name ?? body.share_name) !== undefined)
        throw notImplemented("foreign and shared catalogs");
      return { storageRoot: body.storage_root, isolationMode: body.isolation_mode };
    },
    updateBody: updateBody
      .extend({ isolation_mode: isolationMode.optional() })
      .transform(({ isolation_mode, ...others }) =>
        isolation_mode === undefined ? others : { ...others, isolationMode: isolation_mode },
      ),
    contents: { schema: "schema(s)" },
    show: (catalog) => ({
      id: catalog.id,
      catalog_type: catalogType(catalog.id),
      storage_root: catalog.storageRoot,
      isolation_mode: catalog.isolationMode ?? "OPEN",
      enable_predictive_optimization: "INHERIT",
    }),
  });
}
