import { ApiError } from "../http/api-error.ts";
import type { Route } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";

type SavedQuery = Seed["queries"][number];

const PAGE_SIZE = 20;
const PAGE_SIZE_MAX = 100;

/** `/api/2.0/sql/queries`: the saved queries of the seed that the caller may see. Nothing makes or changes one. */
export function savedQueries({ seed }: Workspace): Route[] {
  const pattern = "/api/2.0/sql/queries";
  return [
    {
      method: "GET",
      pattern,
      handle: (call) => {
        const size = pageSize(call, "page_size", PAGE_SIZE_MAX, PAGE_SIZE);
        const { items, nextPageToken } = pageOf(
          call,
          "queries",
          visibleQueries(seed, call.principal),
          ({ id }) => id,
          size,
        );
        const results = items.map((one) => shown(one, seed.owner));
        // An empty list has no field, as in protobuf's JSON.
        return json({ results: results.length === 0 ? undefined : results, next_page_token: nextPageToken });
      },
    },
    {
      method: "GET",
      pattern: `${pattern}/:id`,
      handle: (call) => {
        const found = visibleQuery(seed, call.params.id ?? "", call.principal);
        return json({
          ...shown(found, seed.owner),
          parent_path: `/Workspace/Users/${found.owner ?? seed.owner}`,
        });
      },
    },
  ];
}

function visibleQueries(seed: Seed, principal: Principal): SavedQuery[] {
  return seed.queries
    .filter(
      ({ viewers, owner = seed.owner }) =>
        principal.admin || owner === principal.name || (viewers?.includes(principal.name) ?? true),
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Throws 404 if there is none that the principal may see. */
export function visibleQuery(seed: Seed, id: string, principal: Principal): SavedQuery {
  const found = visibleQueries(seed, principal).find((one) => one.id === id);
  // Databricks' words were not found. What the caller may not see is not told apart from what does not exist.
  if (found === undefined)
    throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Query with id '${id}' does not exist.`);
  return found;
}

function shown(query: SavedQuery, ownerOfAll: string): object {
  const { id, displayName, description, text, catalog, schema, warehouseId, createdAt } = query;
  const owner = query.owner ?? ownerOfAll;
  return {
    id,
    display_name: displayName,
    description,
    query_text: text,
    catalog,
    schema,
    warehouse_id: warehouseId,
    run_as_mode: "OWNER",
    lifecycle_state: "ACTIVE",
    owner_user_name: owner,
    last_modifier_user_name: owner,
    apply_auto_limit: true,
    create_time: createdAt,
    update_time: createdAt,
  };
}
