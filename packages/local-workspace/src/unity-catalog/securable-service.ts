import { randomUUID } from "node:crypto";
import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import { KINDS, type Kind, lineage, type OfKind, type Securable } from "../state/securables.ts";
import { withSystem } from "../state/system-state.ts";
import type { Workspace } from "../workspace.ts";
import { dropRows } from "./drop-rows.ts";
import { aboutSecurable, findSecurable, splitFullName } from "./find-securable.ts";
import { Privileges } from "./privileges.ts";
import type { NewSecurable, SecurableChange } from "./securable-changes.ts";
import { validName } from "./valid-name.ts";

/** The part of a POST's body that every kind has. */
export const createBody = z.object({
  name: z.string().default(""),
  catalog_name: z.string().default(""),
  schema_name: z.string().default(""),
  comment: z.string().optional(),
  properties: z.record(z.string(), z.string()).optional(),
});
type CreateBody = z.infer<typeof createBody>;

export const updateBody = z.object({
  new_name: z.string().exactOptional(),
  owner: z.string().min(1).exactOptional(),
  comment: z.string().exactOptional(),
  properties: z.record(z.string(), z.string()).exactOptional(),
});
type UpdateBody = z.infer<typeof updateBody> & Pick<SecurableChange, "isolationMode">;

type OwnFields<K extends Kind> = Omit<NewSecurable<K>, "id" | "name" | "comment" | "properties">;

/** What sets one kind's REST API apart from the others'. Its place in the tree and its privileges are in `KINDS`. */
export interface SecurableApi<K extends Kind, Body extends CreateBody> {
  kind: K;
  /** The last segment of the path, and the field of a listing. */
  collection: string;
  pageSizeMax: number;
  /** When `max_results` is absent. Undefined: everything comes in one page. */
  pageSizeDefault?: number;
  createBody: z.ZodType<Body>;
  /** The fields that only this kind has. Throws ApiError for what cannot be created. */
  ownFields: (body: Body, id: string, metastoreId: string) => OwnFields<K>;
  /** Without one there is no PATCH. */
  updateBody?: z.ZodType<UpdateBody>;
  /** What keeps DELETE from going through without `force`: each kind with the word that Databricks counts it by. */
  contents?: Partial<Record<Kind, string>>;
  /** The fields that only this kind shows. */
  show: (securable: OfKind<K>) => Record<string, unknown>;
  /** Takes away what a listing was asked to omit. */
  showListed?: (shown: Record<string, unknown>, query: URLSearchParams) => Record<string, unknown>;
}

/** The routes of one kind: GET and POST on the collection; GET, DELETE and mostly PATCH on `/<full name>`. */
export function securableRoutes<K extends Kind, Body extends CreateBody>(
  workspace: Workspace,
  api: SecurableApi<K, Body>,
): Route[] {
  const collection = `/api/2.1/unity-catalog/${api.collection}`;
  const one = `${collection}/:name`;
  const service = new SecurableService(workspace, api);
  const routes: Route[] = [
    { method: "GET", pattern: collection, handle: (call) => service.list(call) },
    { method: "POST", pattern: collection, handle: (call) => service.create(call) },
    { method: "GET", pattern: one, handle: (call) => service.get(call) },
    { method: "DELETE", pattern: one, handle: (call) => service.remove(call) },
  ];
  const body = api.updateBody;
  if (body !== undefined)
    routes.push({ method: "PATCH", pattern: one, handle: (call) => service.update(call, body) });
  return routes;
}

/** The securable that a path names. Throws 404 if it does not exist, and 403 if the caller cannot see it. */
export function findVisible<K extends Kind>(state: MetastoreState, call: Call, kind: K): OfKind<K> {
  const whole = withSystem(state);
  const found = findSecurable(whole, kind, namesIn(call, kind));
  new Privileges(whole, call.principal).requireSight(found);
  return found;
}

class SecurableService<K extends Kind, Body extends CreateBody> {
  readonly #workspace: Workspace;
  readonly #api: SecurableApi<K, Body>;
  readonly #parentFields: ("catalog_name" | "schema_name")[];

  constructor(workspace: Workspace, api: SecurableApi<K, Body>) {
    this.#workspace = workspace;
    this.#api = api;
    this.#parentFields = (["catalog_name", "schema_name"] as const).slice(0, lineage(api.kind).length - 1);
  }

  get #state(): MetastoreState {
    return this.#workspace.metastore.state;
  }

  list(call: Call): Reply {
    const { kind, collection, pageSizeMax, pageSizeDefault, showListed } = this.#api;
    const within = this.#parentFields.map((field) => call.query.get(field) ?? missing(collection, field));
    const { parent } = KINDS[kind];
    const state = withSystem(this.#state);
    const above = parent === undefined ? undefined : findSecurable(state, parent, within);
    const rights = new Privileges(state, call.principal);
    if (above !== undefined) rights.requireSight(above);
    const parentId = above?.id ?? state.metastoreId;
    const visible = state.children(parentId, kind).filter((one) => rights.sees(one));
    const size = pageSize(call, "max_results", pageSizeMax, pageSizeDefault);
    const page = pageOf(call, `${kind} ${parentId}`, visible, (one) => one.name, size);
    const shown = page.items.map((one) => this.#show(one));
    const listed = showListed === undefined ? shown : shown.map((one) => showListed(one, call.query));
    // An empty list has no field, as in protobuf's JSON.
    return json({
      [collection]: listed.length === 0 ? undefined : listed,
      next_page_token: page.nextPageToken,
    });
  }

  async create(call: Call): Promise<Reply> {
    const { kind } = this.#api;
    const body = await readJson(call.req, this.#api.createBody);
    const within = this.#parentFields.map((field) =>
      validName(`Create${KINDS[kind].title}`, field, body[field]),
    );
    const id = randomUUID();
    const { name, comment, properties } = body;
    const own = this.#api.ownFields(body, id, this.#state.metastoreId);
    // TypeScript cannot add up a type that depends on K; OwnFields is NewSecurable without these four.
    const fields = { id, name, comment, properties, ...own } as NewSecurable<K>;
    const made = await this.#workspace.securables.create(call.principal, kind, within, fields);
    return json(this.#show(made));
  }

  get(call: Call): Reply {
    return json(this.#show(findVisible(this.#state, call, this.#api.kind)));
  }

  async update(call: Call, body: z.ZodType<UpdateBody>): Promise<Reply> {
    const { kind } = this.#api;
    const { new_name: name, ...others } = await readJson(call.req, body);
    const change = { ...others, ...(name === undefined ? {} : { name }) };
    const changed = await this.#workspace.securables.update(
      call.principal,
      kind,
      namesIn(call, kind),
      change,
    );
    return json(this.#show(changed));
  }

  async remove(call: Call): Promise<Reply> {
    const { kind, contents } = this.#api;
    const removed = await this.#workspace.securables.remove(
      call.principal,
      kind,
      namesIn(call, kind),
      (state, target) => {
        if (contents !== undefined && call.query.get("force") !== "true")
          requireEmpty(state, target, contents);
      },
    );
    await dropRows(this.#workspace, removed);
    return json({});
  }

  #show(securable: OfKind<K>): Record<string, unknown> {
    const state = withSystem(this.#state);
    const above = state.ancestry(securable).slice(1).toReversed();
    return {
      name: securable.name,
      ...Object.fromEntries(above.map(({ kind, name }) => [`${kind}_name`, name])),
      full_name: state.fullName(securable),
      owner: securable.owner,
      comment: securable.comment,
      properties: securable.properties,
      metastore_id: state.metastoreId,
      created_at: securable.createdAt,
      created_by: securable.createdBy,
      updated_at: securable.updatedAt,
      updated_by: securable.updatedBy,
      securable_type: KINDS[securable.kind].title.toUpperCase(),
      browse_only: false,
      ...this.#api.show(securable),
    };
  }
}

function namesIn(call: Call, kind: Kind): string[] {
  return splitFullName(kind, call.params.name ?? "");
}

function missing(collection: string, field: string): never {
  const rpc = `List${collection.charAt(0).toUpperCase()}${collection.slice(1)}`;
  throw invalidParameter(`${rpc} Missing required field: ${field}`);
}

function requireEmpty(
  state: MetastoreState,
  target: Securable,
  contents: Partial<Record<Kind, string>>,
): void {
  const words = Object.entries(contents);
  const counts = words.map(([kind]) => state.children(target.id, kind as Kind).length);
  if (counts.every((count) => count === 0)) return;
  const found = words.map(([, word], at) => `${counts[at]} ${word}`).join(", ");
  const text = `is not empty. The ${target.kind} has ${found}`;
  throw aboutSecurable(400, "NOT_EMPTY", target.kind, state.fullName(target), text);
}
