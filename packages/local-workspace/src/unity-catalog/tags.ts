import { z } from "zod";
import { ApiError, invalidParameter } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { Kind, Securable } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { findSecurable, splitFullName } from "./find-securable.ts";
import { Privileges } from "./privileges.ts";

const collection = "/api/2.1/unity-catalog/entity-tag-assignments";
const PAGE_SIZE_MAX = 1000;

const KIND_OF: Readonly<Record<string, Kind>> = {
  catalogs: "catalog",
  schemas: "schema",
  tables: "table",
  columns: "table",
  volumes: "volume",
};

const assignmentSchema = z.object({
  entity_type: z.string(),
  entity_name: z.string(),
  tag_key: z.string().min(1).max(255),
  tag_value: z.string().max(1000).default(""),
});

interface Entity {
  readonly entity_type: string;
  readonly entity_name: string;
}

type Tags = Readonly<Record<string, string>>;

/** `/api/2.1/unity-catalog/entity-tag-assignments`. As for other changes, the owner of the object may set its tags. */
export function tags(workspace: Workspace): Route[] {
  const ofEntity = `${collection}/:type/:name/tags`;
  const one = `${ofEntity}/:key`;
  return [
    { method: "GET", pattern: ofEntity, handle: (call) => list(workspace, call) },
    { method: "GET", pattern: one, handle: (call) => json(existing(workspace, call)) },
    {
      method: "POST",
      pattern: collection,
      handle: async ({ req, principal }) => {
        const { tag_key: key, tag_value: value, ...entity } = await readJson(req, assignmentSchema);
        await change(workspace, principal, entity, (before) => {
          // With which status Databricks answers was not found.
          if (Object.hasOwn(before, key))
            throw new ApiError(409, "ALREADY_EXISTS", `Tag assignment with tag key ${key} already exists.`);
          return { ...before, [key]: value };
        });
        return json({ ...entity, tag_key: key, tag_value: value });
      },
    },
    {
      method: "PATCH",
      pattern: one,
      handle: async (call) => {
        const { tag_value: value } = await readJson(call.req, assignmentSchema.pick({ tag_value: true }));
        if (call.query.get("update_mask") !== "tag_value")
          throw invalidParameter("update_mask must be tag_value: nothing else of a tag can change.");
        const { key = "" } = call.params;
        await change(workspace, call.principal, entityOf(call), (before) => {
          requireTag(before, key);
          return { ...before, [key]: value };
        });
        return json({ ...entityOf(call), tag_key: key, tag_value: value });
      },
    },
    {
      method: "DELETE",
      pattern: one,
      handle: async (call) => {
        const { key = "" } = call.params;
        await change(workspace, call.principal, entityOf(call), (before) => {
          requireTag(before, key);
          const { [key]: _, ...others } = before;
          return others;
        });
        return json({});
      },
    },
  ];
}

function entityOf({ params: { type = "", name = "" } }: Call): Entity {
  return { entity_type: type, entity_name: name };
}

/** The object that has the tags, and for a column its name. Throws 400 for a type that has no tags, and 404. */
function find(state: MetastoreState, { entity_type: type, entity_name: name }: Entity) {
  const kind = Object.hasOwn(KIND_OF, type) ? KIND_OF[type] : undefined;
  if (kind === undefined) throw invalidParameter(`Invalid entity type: ${type}`);
  // The name of a column can have periods.
  const parts = type === "columns" ? name.split(".") : [];
  const column = type === "columns" ? parts.slice(3).join(".") : undefined;
  const names = splitFullName(kind, column === undefined ? name : parts.slice(0, 3).join("."));
  const securable = findSecurable(state, kind, names);
  if (column !== undefined && !columnsOf(securable).includes(column))
    throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Column '${name}' does not exist.`);
  return { securable, column };
}

function columnsOf(securable: Securable): string[] {
  return securable.kind === "table" ? securable.columns.map(({ name }) => name) : [];
}

function tagsOf(securable: Securable, column: string | undefined): Tags {
  if (column === undefined) return securable.tags ?? {};
  return (securable.kind === "table" ? securable.columnTags?.[column] : undefined) ?? {};
}

function seenTags({ metastore: { state } }: Workspace, call: Call): Tags {
  const { securable, column } = find(state, entityOf(call));
  new Privileges(state, call.principal).requireSight(securable);
  return tagsOf(securable, column);
}

function existing(workspace: Workspace, call: Call): object {
  const { key = "" } = call.params;
  const all = seenTags(workspace, call);
  requireTag(all, key);
  return { ...entityOf(call), tag_key: key, tag_value: all[key] };
}

function list(workspace: Workspace, call: Call): Reply {
  const all = Object.entries(seenTags(workspace, call)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { entity_type, entity_name } = entityOf(call);
  const size = pageSize(call, "max_results", PAGE_SIZE_MAX, PAGE_SIZE_MAX);
  const page = pageOf(call, `tags ${entity_type} ${entity_name}`, all, ([key]) => key, size);
  const tag_assignments = page.items.map(([tag_key, tag_value]) => ({
    ...entityOf(call),
    tag_key,
    tag_value,
  }));
  // An empty list has no field, as in protobuf's JSON.
  return json({
    tag_assignments: tag_assignments.length === 0 ? undefined : tag_assignments,
    next_page_token: page.nextPageToken,
  });
}

function requireTag(all: Tags, key: string): void {
  if (!Object.hasOwn(all, key))
    throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Tag assignment with tag key ${key} does not exist.`);
}

function change(
  { metastore }: Workspace,
  by: Principal,
  entity: Entity,
  edit: (before: Tags) => Tags,
): Promise<void> {
  return metastore.change((draft) => {
    const { securable, column } = find(draft, entity);
    const rights = new Privileges(draft, by);
    rights.requireUse(draft.parent(securable));
    rights.requireOwner(securable);
    const after = edit(tagsOf(securable, column));
    if (column === undefined) draft.put({ ...securable, tags: after });
    else if (securable.kind === "table")
      draft.put({ ...securable, columnTags: { ...securable.columnTags, [column]: after } });
  });
}
