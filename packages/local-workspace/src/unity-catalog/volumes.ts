import { randomUUID } from "node:crypto";
import { z } from "zod";
import { invalidParameter, notImplemented } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { OfKind } from "../state/securables.ts";
import { storageLocation } from "../state/storage-location.ts";
import type { Workspace } from "../workspace.ts";
import { describe, newSecurable } from "./describe.ts";
import { findInSchema, findSchema, requireFree } from "./lookup.ts";
import { validName } from "./names.ts";
import { Privileges } from "./privileges.ts";
import { removeSecurable } from "./remove.ts";
import { pageInSchema } from "./schema-listing.ts";
import { updated, updateSchema } from "./update.ts";

/** Databricks' documented page size, also when none is asked for. */
const PAGE_SIZE_MAX = 10_000;

/** `/api/2.1/unity-catalog/volumes` */
export function volumes(workspace: Workspace): Route[] {
  const all = "/api/2.1/unity-catalog/volumes";
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
  const page = pageInSchema(
    state,
    call,
    "volume",
    pageSize(call, "max_results", PAGE_SIZE_MAX, PAGE_SIZE_MAX),
  );
  return json({
    volumes: page.items.length === 0 ? undefined : page.items.map((one) => present(state, one)),
    next_page_token: page.nextPageToken,
  });
}

const createSchema = z.object({
  name: z.string().default(""),
  catalog_name: z.string().default(""),
  schema_name: z.string().default(""),
  volume_type: z.enum(["MANAGED", "EXTERNAL"]).optional(),
  storage_location: z.string().optional(),
  comment: z.string().optional(),
});

async function create(workspace: Workspace, call: Call): Promise<Reply> {
  const body = await readJson(call.req, createSchema);
  const catalogName = validName("CreateVolume", "catalog_name", body.catalog_name);
  const schemaName = validName("CreateVolume", "schema_name", body.schema_name);
  const name = validName("CreateVolume", "name", body.name);
  if (body.volume_type === undefined)
    throw invalidParameter("CreateVolume Missing required field: volume_type");
  if (body.volume_type === "EXTERNAL") throw notImplemented("external volumes");
  if (body.storage_location !== undefined) {
    throw invalidParameter("CreateVolume storage_location can not be provided.");
  }
  const id = randomUUID();
  // Before the metadata: a volume that can be seen has its folder, and the start removes one without a volume.
  await workspace.folder.makeVolume(id);
  const made = await workspace.metastore
    .change((draft) => {
      const schema = findSchema(draft, `${catalogName}.${schemaName}`);
      const rights = new Privileges(draft, call.principal);
      for (const one of draft.ancestry(schema).toReversed()) {
        rights.require(one.kind === "catalog" ? "USE_CATALOG" : "USE_SCHEMA", one);
      }
      rights.require("CREATE_VOLUME", schema);
      requireFree(draft, "volume", schema.id, name);
      const volume: OfKind<"volume"> = {
        ...newSecurable(id, schema.id, name, call.principal.name),
        kind: "volume",
        comment: body.comment,
        volumeType: "MANAGED",
        storageLocation: storageLocation(draft.metastoreId, "volumes", id),
      };
      draft.put(volume);
      return volume;
    })
    .catch(async (error: unknown) => {
      await workspace.folder.removeVolume(id);
      throw error;
    });
  return json(present(workspace.metastore.state, made));
}

function get(workspace: Workspace, call: Call): Reply {
  const { state } = workspace.metastore;
  const volume = findInSchema(state, "volume", call.params.name ?? "");
  const rights = new Privileges(state, call.principal);
  for (const one of state.ancestry(volume).toReversed()) rights.requireSight(one);
  return json(present(state, volume));
}

async function update(workspace: Workspace, call: Call): Promise<Reply> {
  const body = await readJson(call.req, updateSchema.omit({ properties: true }));
  const made = await workspace.metastore.change((draft) => {
    const volume = findInSchema(draft, "volume", call.params.name ?? "");
    new Privileges(draft, call.principal).requireOwner(volume);
    const changed = updated(draft, volume, body, "UpdateVolume", call.principal.name);
    draft.put(changed);
    return changed;
  });
  return json(present(workspace.metastore.state, made));
}

async function remove(workspace: Workspace, call: Call): Promise<Reply> {
  await removeSecurable(
    workspace,
    (state) => findInSchema(state, "volume", call.params.name ?? ""),
    (state) => new Privileges(state, call.principal),
    // A volume goes with its files: Databricks has no "not empty" for it.
    true,
  );
  return json({});
}

function present(state: MetastoreState, volume: OfKind<"volume">): object {
  const [catalogName, schemaName] = state.fullName(volume).split(".");
  return {
    ...describe(state, volume),
    volume_id: volume.id,
    catalog_name: catalogName,
    schema_name: schemaName,
    volume_type: volume.volumeType,
    storage_location: volume.storageLocation,
  };
}
