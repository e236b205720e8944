import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ApiError, invalidParameter, notImplemented } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import { columnSchema, type OfKind } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { describe, newSecurable } from "./describe.ts";
import { findInSchema, findSchema, requireFree } from "./lookup.ts";
import { validName } from "./names.ts";
import { Privileges } from "./privileges.ts";
import { removeSecurable } from "./remove.ts";
import { pageInSchema } from "./schema-listing.ts";

const PAGE_SIZE_MAX = 50;

/** `/api/2.1/unity-catalog/tables`. What changes a table in another way than making or dropping it is SQL's matter. */
export function tables(workspace: Workspace): Route[] {
  const all = "/api/2.1/unity-catalog/tables";
  return [
    { method: "GET", pattern: all, handle: (call) => list(workspace, call) },
    { method: "POST", pattern: all, handle: (call) => create(workspace, call) },
    { method: "GET", pattern: `${all}/:name`, handle: (call) => get(workspace, call) },
    { method: "GET", pattern: `${all}/:name/exists`, handle: (call) => exists(workspace, call) },
    { method: "DELETE", pattern: `${all}/:name`, handle: (call) => remove(workspace, call) },
  ];
}

/** Without `max_results` Databricks returns every table. */
function list(workspace: Workspace, call: Call): Reply {
  const { state } = workspace.metastore;
  const page = pageInSchema(state, call, "table", pageSize(call, "max_results", PAGE_SIZE_MAX, undefined));
  const omit = (parameter: string) => call.query.get(parameter) === "true";
  const listed = page.items.map((one) => ({
    ...present(state, one),
    ...(omit("omit_columns") ? { columns: undefined } : {}),
    ...(omit("omit_properties") ? { properties: undefined } : {}),
  }));
  return json({ tables: listed.length === 0 ? undefined : listed, next_page_token: page.nextPageToken });
}

const createSchema = z.object({
  name: z.string().default(""),
  catalog_name: z.string().default(""),
  schema_name: z.string().default(""),
  table_type: z.string(),
  data_source_format: z.string(),
  storage_location: z.string().optional(),
  columns: z.array(columnSchema).default([]),
  comment: z.string().optional(),
  properties: z.record(z.string(), z.string()).optional(),
});

/** Databricks' API makes external tables only; managed ones and views are made by SQL. */
async function create(workspace: Workspace, call: Call): Promise<Reply> {
  const body = await readJson(call.req, createSchema);
  if (body.table_type !== "EXTERNAL")
    throw notImplemented(`the creation of ${body.table_type} tables by this API`);
  if (body.storage_location === undefined) {
    throw invalidParameter("CreateTable Missing required field: storage_location");
  }
  const catalogName = validName("CreateTable", "catalog_name", body.catalog_name);
  const schemaName = validName("CreateTable", "schema_name", body.schema_name);
  const name = validName("CreateTable", "name", body.name);
  const made = await workspace.metastore.change((draft) => {
    const schema = findSchema(draft, `${catalogName}.${schemaName}`);
    const rights = new Privileges(draft, call.principal);
    for (const one of draft.ancestry(schema).toReversed()) {
      rights.require(one.kind === "catalog" ? "USE_CATALOG" : "USE_SCHEMA", one);
    }
    rights.require("CREATE_TABLE", schema);
    requireFree(draft, "table", schema.id, name);
    const table: OfKind<"table"> = {
      ...newSecurable(randomUUID(), schema.id, name, call.principal.name),
      kind: "table",
      comment: body.comment,
      properties: body.properties,
      tableType: "EXTERNAL",
      dataSourceFormat: body.data_source_format,
      storageLocation: body.storage_location,
      columns: body.columns,
    };
    draft.put(table);
    return table;
  });
  return json(present(workspace.metastore.state, made));
}

function get(workspace: Workspace, call: Call): Reply {
  const { state } = workspace.metastore;
  const table = findInSchema(state, "table", call.params.name ?? "");
  const rights = new Privileges(state, call.principal);
  for (const one of state.ancestry(table).toReversed()) rights.requireSight(one);
  return json(present(state, table));
}

function exists(workspace: Workspace, call: Call): Reply {
  try {
    get(workspace, call);
    return json({ table_exists: true });
  } catch (error) {
    if (error instanceof ApiError && error.errorCode === "TABLE_DOES_NOT_EXIST")
      return json({ table_exists: false });
    throw error;
  }
}

async function remove(workspace: Workspace, call: Call): Promise<Reply> {
  await removeSecurable(
    workspace,
    (state) => findInSchema(state, "table", call.params.name ?? ""),
    (state) => new Privileges(state, call.principal),
    true,
  );
  return json({});
}

function present(state: MetastoreState, table: OfKind<"table">): Record<string, unknown> {
  const [catalogName, schemaName] = state.fullName(table).split(".");
  return {
    ...describe(state, table),
    table_id: table.id,
    catalog_name: catalogName,
    schema_name: schemaName,
    table_type: table.tableType,
    data_source_format: table.dataSourceFormat,
    storage_location: table.storageLocation,
    view_definition: table.viewDefinition,
    columns: table.columns,
  };
}
