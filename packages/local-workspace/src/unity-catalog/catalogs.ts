import { randomUUID } from "node:crypto";
import { z } from "zod";
import { notImplemented } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { OfKind } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { describe, newSecurable } from "./describe.ts";
import { findCatalog, requireFree } from "./lookup.ts";
import { validName } from "./names.ts";
import { Privileges } from "./privileges.ts";
import { removeSecurable } from "./remove.ts";
import { updated, updateSchema } from "./update.ts";

const PAGE_SIZE_MAX = 1000;

/** `/api/2.1/unity-catalog/catalogs` */
export function catalogs(workspace: Workspace): Route[] {
  const all = "/api/2.1/unity-catalog/catalogs";
  return [
    { method: "GET", pattern: all, handle: (call) => list(workspace, call) },
    { method: "POST", pattern: all, handle: (call) => create(workspace, call) },
    { method: "GET", pattern: `${all}/:name`, handle: (call) => get(workspace, call) },
    { method: "PATCH", pattern: `${all}/:name`, handle: (call) => update(workspace, call) },
    { method: "DELETE", pattern: `${all}/:name`, handle: (call) => remove(workspace, call) },
  ];
}

/** Without `max_results` Databricks returns every catalog. */
function list(workspace: Workspace, call: Call): Reply {
  const { state } = workspace.metastore;
  const rights = new Privileges(state, call.principal);
  const visible = state.children(state.metastoreId, "catalog").filter((one) => rights.sees(one));
  const size = pageSize(call, "max_results", PAGE_SIZE_MAX, undefined);
  const page = pageOf(call, "catalogs", visible, (one) => one.name, size);
  return json({
    // A field of an empty list is left out, as in protobuf's JSON.
    catalogs: page.items.length === 0 ? undefined : page.items.map((one) => present(state, one)),
    next_page_token: page.nextPageToken,
  });
}

const createSchema = z.object({
  name: z.string().default(""),
  comment: z.string().optional(),
  properties: z.record(z.string(), z.string()).optional(),
  storage_root: z.string().optional(),
  connection_name: z.string().optional(),
  provider_name: z.string().optional(),
  share_name: z.string().optional(),
});

async function create(workspace: Workspace, call: Call): Promise<Reply> {
  const body = await readJson(call.req, createSchema);
  if ((body.connection_name ?? body.provider_name ?? body.share_name) !== undefined) {
    throw notImplemented("foreign and shared catalogs");
  }
  const name = validName("CreateCatalog", "name", body.name);
  const made = await workspace.metastore.change((draft) => {
    new Privileges(draft, call.principal).requireOnMetastore("CREATE_CATALOG");
    requireFree(draft, "catalog", draft.metastoreId, name);
    const catalog: OfKind<"catalog"> = {
      ...newSecurable(randomUUID(), draft.metastoreId, name, call.principal.name),
      kind: "catalog",
      comment: body.comment,
      properties: body.properties,
      storageRoot: body.storage_root,
    };
    draft.put(catalog);
    // Databricks makes it with every catalog. Its `information_schema` is not here: nothing could be read from it.
    const first = newSecurable(randomUUID(), catalog.id, "default", call.principal.name);
    draft.put({ ...first, kind: "schema", comment: "Default schema (auto-created)" });
    return catalog;
  });
  return json(present(workspace.metastore.state, made));
}

function get(workspace: Workspace, call: Call): Reply {
  const { state } = workspace.metastore;
  const catalog = findCatalog(state, call.params.name ?? "");
  new Privileges(state, call.principal).requireSight(catalog);
  return json(present(state, catalog));
}

async function update(workspace: Workspace, call: Call): Promise<Reply> {
  const body = await readJson(call.req, updateSchema);
  const made = await workspace.metastore.change((draft) => {
    const catalog = findCatalog(draft, call.params.name ?? "");
    new Privileges(draft, call.principal).requireOwner(catalog);
    const changed = updated(draft, catalog, body, "UpdateCatalog", call.principal.name);
    draft.put(changed);
    return changed;
  });
  return json(present(workspace.metastore.state, made));
}

async function remove(workspace: Workspace, call: Call): Promise<Reply> {
  await removeSecurable(
    workspace,
    (state) => findCatalog(state, call.params.name ?? ""),
    (state) => new Privileges(state, call.principal),
    call.query.get("force") === "true",
  );
  return json({});
}

function present(state: MetastoreState, catalog: OfKind<"catalog">): object {
  return {
    ...describe(state, catalog),
    id: catalog.id,
    catalog_type: "MANAGED_CATALOG",
    storage_root: catalog.storageRoot,
    isolation_mode: "OPEN",
    enable_predictive_optimization: "INHERIT",
  };
}
