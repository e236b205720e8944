import { z } from "zod";
import { ApiError, invalidParameter, notImplemented } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { type Constraint, columnSchema, type OfKind } from "../state/securables.ts";
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
      columns: table.columns.map((column) => {
        const place = table.partitionColumns?.indexOf(column.name) ?? -1;
        return place === -1 ? column : { ...column, partition_index: place };
      }),
      table_constraints: table.constraints?.map(shownConstraint),
      properties: shownProperties(table),
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

/** Databricks shows the columns of CLUSTER BY as a property, in JSON: each of them is a path of names. */
function shownProperties({ properties, clusterColumns = [] }: OfKind<"table">) {
  if (clusterColumns.length === 0) return properties;
  return { ...properties, clusteringColumns: JSON.stringify(clusterColumns.map((name) => [name])) };
}

function shownConstraint({ name, columns, parent, rely }: Constraint) {
  const key = { name, child_columns: columns, ...(rely === true ? { rely } : {}) };
  if (parent === undefined) return { primary_key_constraint: key };
  return {
    foreign_key_constraint: { ...key, parent_table: parent.table.join("."), parent_columns: parent.columns },
  };
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
