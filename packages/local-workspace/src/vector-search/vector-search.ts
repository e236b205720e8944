import { ApiError } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import { json } from "../http/reply.ts";
import { DIMENSIONS } from "../model-serving/hash-embedding.ts";
import type { Seed } from "../state/seed.ts";
import { findSecurable } from "../unity-catalog/find-securable.ts";
import { Privileges } from "../unity-catalog/privileges.ts";
import type { Workspace } from "../workspace.ts";
import { nearestRows } from "./nearest-rows.ts";
import { nextPageSchema, openPageToken, querySchema, resultPage } from "./query-pages.ts";

export type Index = Seed["vectorSearchIndexes"][number];

const BODY_BYTES_MAX = 4 * 1024 * 1024;

/**
 * `/api/2.0/vector-search`: the indexes of the seed. A query compares every row of the source table, as the caller may read
 * it now, so it is exact, and an index needs no synchronisation.
 */
export function vectorSearch(workspace: Workspace): Route[] {
  const all = "/api/2.0/vector-search";
  const { vectorSearchIndexes: indexes, owner } = workspace.seed;
  const names = [...new Set(indexes.map(({ endpoint_name }) => endpoint_name))].toSorted();
  const endpointAnswer = (name: string) => ({
    name,
    id: Buffer.from(name).toString("hex"),
    creator: owner,
    endpoint_type: "STANDARD",
    endpoint_status: { state: "ONLINE" },
    num_indexes: indexes.filter(({ endpoint_name }) => endpoint_name === name).length,
  });
  const endpointNamed = (name: string) => {
    if (names.includes(name)) return name;
    throw missing(`Vector search endpoint ${name}`);
  };
  const readable = (call: Call): Index => readableIndex(workspace, call);
  return [
    {
      method: "GET",
      pattern: `${all}/endpoints`,
      handle: (call) => {
        const { items, nextPageToken } = pageOf(call, "vector-endpoints", names, (name) => name, undefined);
        return json({ endpoints: items.map(endpointAnswer), next_page_token: nextPageToken });
      },
    },
    {
      method: "GET",
      pattern: `${all}/endpoints/:name`,
      handle: ({ params }) => json(endpointAnswer(endpointNamed(params.name ?? ""))),
    },
    {
      method: "GET",
      pattern: `${all}/indexes`,
      handle: (call) => {
        const endpoint = endpointNamed(call.query.get("endpoint_name") ?? "");
        const visible = indexes
          .filter((one) => one.endpoint_name === endpoint && mayRead(workspace, call, one))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1));
        const page = pageOf(call, `indexes-${endpoint}`, visible, ({ name }) => name, undefined);
        return json({
          vector_indexes: page.items.map((index) => briefAnswer(index, owner)),
          next_page_token: page.nextPageToken,
        });
      },
    },
    {
      method: "GET",
      pattern: `${all}/indexes/:name`,
      handle: (call) => json(indexAnswer(readable(call), owner)),
    },
    {
      method: "POST",
      pattern: `${all}/indexes/:name/query`,
      handle: async (call) => {
        const index = readable(call);
        const query = await readJson(call.req, querySchema, BODY_BYTES_MAX);
        return json(resultPage(query, await nearestRows(workspace, call.principal, index, query), 0));
      },
    },
    {
      method: "POST",
      pattern: `${all}/indexes/:name/query-next-page`,
      handle: async (call) => {
        const index = readable(call);
        const { page_token } = await readJson(call.req, nextPageSchema);
        const { query, from } = openPageToken(page_token);
        return json(resultPage(query, await nearestRows(workspace, call.principal, index, query), from));
      },
    },
  ];
}

/** Throws 404 if there is none, and Unity Catalog's 403 if the caller may not read its table. */
function readableIndex(workspace: Workspace, call: Call): Index {
  const name = call.params.name?.toLowerCase();
  const found = workspace.seed.vectorSearchIndexes.find((one) => one.name === name);
  if (found === undefined) throw missing(`Vector search index ${call.params.name}`);
  requireRead(workspace, call, found);
  return found;
}

function mayRead(workspace: Workspace, call: Call, index: Index): boolean {
  try {
    requireRead(workspace, call, index);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

function requireRead({ metastore }: Workspace, { principal }: Call, { source_table }: Index): void {
  const { state } = metastore;
  const table = findSecurable(state, "table", source_table.split("."));
  const rights = new Privileges(state, principal);
  rights.requireUse(state.parent(table));
  rights.require("SELECT", table);
}

function briefAnswer({ name, endpoint_name, primary_key }: Index, creator: string): object {
  return { name, endpoint_name, primary_key, index_type: "DELTA_SYNC", creator };
}

function indexAnswer(index: Index, creator: string): object {
  return {
    ...briefAnswer(index, creator),
    status: {
      ready: true,
      message: `The local workspace compares every row of ${index.source_table}, by a vector of ${DIMENSIONS} numbers.`,
    },
    delta_sync_index_spec: {
      source_table: index.source_table,
      pipeline_type: "TRIGGERED",
      embedding_source_columns: [
        { name: index.text_column, embedding_model_endpoint_name: "hash-embedding" },
      ],
    },
  };
}

/** How Databricks words it is not known. */
function missing(what: string): ApiError {
  return new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `${what} does not exist.`);
}
