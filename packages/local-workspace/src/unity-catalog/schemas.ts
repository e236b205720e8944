import { randomUUID } from "node:crypto";
import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { OfKind } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { describe, newSecurable } from "./describe.ts";
import { findCatalog, findSchema, requireFree } from "./lookup.ts";
import { validName } from "./names.ts";
import { Privileges } from "./privileges.ts";
import { removeSecurable } from "./remove.ts";
import { updated, updateSchema } from "./update.ts";

const PAGE_SIZE_MAX = 1000;

/** `/api/2.1/unity-catalog/schemas` */
export function schemas(workspace: Workspace): Route[] {
  const all = "/api/2.1/unity-catalog/schemas";
  return [
    { method: "GET", pattern: all, handle: (call) => list(workspace, call) },
    { method: "POST", pattern: all, handle: (call) => create(workspace, call) },
    { method: "GET", pattern: `${all}/:name`, handle: (call) => get(workspace, call) },
    { method: "PATCH", pattern: `${all}/:name`, handle: (call) => update(workspace, call) },
    { method: "DELETE", pattern: `${all}/:name`, handle: (call) => remove(workspace, call) },
  ];
}

function list(workspace: Workspace, call: Call): Reply {
  const { state } = workspace.metastore;
  const catalogName = call.query.get("catalog_name");
  if (catalogName === null) throw invalidParameter("ListSchemas Missing required field: catalog_name");
  const catalog = findCatalog(state, catalogName);
  const rights = new Privileges(state, call.principal);
  rights.requireSight(catalog);
  const visible = state.children(catalog.id, "schema").filter((one) => rights.sees(one));
  const size = pageSize(call, "max_results", PAGE_SIZE_MAX, undefined);
  const page = pageOf(call, `schemas ${catalog.id}`, visible, (one) => one.name, size);
  return json({
    schemas: page.items.length === 0 ? undefined : page.items.map((one) => present(state, one)),
    next_page_token: page.nextPageToken,
  });
}

const createSchema = z.object({
  name: z.string().default(""),
  catalog_name: z.string().default(""),
  comment: z.string().optional(),
  properties: z.record(z.string(), z.string()).optional(),
});

async function create(workspace: Workspace, call: Call): Promise<Reply> {
  const body = await readJson(call.req, createSchema);
  const catalogName = validName("CreateSchema", "catalog_name", body.catalog_name);
  const name = validName("CreateSchema", "name", body.name);
  const made = await workspace.metastore.change((draft) => {
    const catalog = findCatalog(draft, catalogName);
    const rights = new Privileges(draft, call.principal);
    rights.require("USE_CATALOG", catalog);
    rights.require("CREATE_SCHEMA", catalog);
    requireFree(draft, "schema", catalog.id, name);
    const schema: OfKind<"schema"> = {
      ...newSecurable(randomUUID(), catalog.id, name, call.principal.name),
      kind: "schema",
      comment: body.comment,
      properties: body.properties,
    };
    draft.put(schema);
    return schema;
  });
  return json(present(workspace.metastore.state, made));
}

function get(workspace: Workspace, call: Call): Reply {
  const { state } = workspace.metastore;
  const schema = findSchema(state, call.params.name ?? "");
  const rights = new Privileges(state, call.principal);
  for (const one of state.ancestry(schema).toReversed()) rights.requireSight(one);
  return json(present(state, schema));
}

async function update(workspace: Workspace, call: Call): Promise<Reply> {
  const body = await readJson(call.req, updateSchema);
  const made = await workspace.metastore.change((draft) => {
    const schema = findSchema(draft, call.params.name ?? "");
    new Privileges(draft, call.principal).requireOwner(schema);
    const changed = updated(draft, schema, body, "UpdateSchema", call.principal.name);
    draft.put(changed);
    return changed;
  });
  return json(present(workspace.metastore.state, made));
}

async function remove(workspace: Workspace, call: Call): Promise<Reply> {
  await removeSecurable(
    workspace,
    (state) => findSchema(state, call.params.name ?? ""),
    (state) => new Privileges(state, call.principal),
    call.query.get("force") === "true",
  );
  return json({});
}

function present(state: MetastoreState, schema: OfKind<"schema">): object {
  const [catalogName] = state.fullName(schema).split(".");
  return {
    ...describe(state, schema),
    schema_id: schema.id,
    catalog_name: catalogName,
    catalog_type: "MANAGED_CATALOG",
    enable_predictive_optimization: "INHERIT",
  };
}
