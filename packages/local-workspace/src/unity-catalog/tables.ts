import { z } from "zod";
import { ApiError, invalidParameter, notImplemented } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { columnSchema } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { createBody, findVisible, securableRoutes } from "./securable-service.ts";

/**
 * `/api/2.1/unity-catalog/tables`. As on Databricks, POST creates external tables only: managed tables and views are
 * created by SQL, which also makes all changes to tables.
 */
export function tables(workspace: Workspace): Route[] {
  const routes = securableRoutes(workspace, {
    kind: "table",
    collection: "tables",
    pageSizeMax: 50,
    createBody: createBody.extend({
      table_type: z.string(),
      data_source_format: z.string(),
      storage_location: z.string().optional(),
      columns: z.array(columnSchema).default([]),
    }),
    ownFields(body) {
      if (body.table_type !== "EXTERNAL")
        throw notImplemented(`the creation of ${body.table_type} tables by this API`);
      if (body.storage_location === undefined)
        throw invalidParameter("CreateTable Missing required field: storage_location");
      return {
        tableType: "EXTERNAL" as const,
        dataSourceFormat: body.data_source_format,
        storageLocation: body.storage_location,
        columns: body.columns,
      };
    },
    show: (table) => ({
      table_id: table.id,
      table_type: table.tableType,
      data_source_format: table.dataSourceFormat,
      storage_location: table.storageLocation,
      view_definition: table.viewDefinition,
      columns: table.columns,
    }),
    showListed: ({ columns, properties, ...shown }, query) => ({
      ...shown,
      ...(query.get("omit_columns") === "true" ? {} : { columns }),
      ...(query.get("omit_properties") === "true" ? {} : { properties }),
    }),
  });
  const pattern = "/api/2.1/unity-catalog/tables/:name/exists";
  return [...routes, { method: "GET", pattern, handle: (call) => exists(workspace, call) }];
}

function exists(workspace: Workspace, call: Call): Reply {
  try {
    findVisible(workspace.metastore.state, call, "table");
    return json({ table_exists: true });
  } catch (error) {
    if (error instanceof ApiError && error.errorCode === "TABLE_DOES_NOT_EXIST")
      return json({ table_exists: false });
    throw error;
  }
}
