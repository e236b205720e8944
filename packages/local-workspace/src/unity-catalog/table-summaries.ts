import { invalidParameter } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import { withSystem } from "../state/system-state.ts";
import type { Workspace } from "../workspace.ts";
import { findSecurable } from "./find-securable.ts";
import { Privileges } from "./privileges.ts";

const PAGE_SIZE_MAX = 10_000;

/** `/api/2.1/unity-catalog/table-summaries`: the names of all tables of a catalog that the caller may see. */
export function tableSummaries(workspace: Workspace): Route[] {
  const pattern = "/api/2.1/unity-catalog/table-summaries";
  return [{ method: "GET", pattern, handle: (call) => summaries(workspace, call) }];
}

function summaries({ metastore }: Workspace, call: Call): Reply {
  const state = withSystem(metastore.state);
  const catalogName = call.query.get("catalog_name");
  if (catalogName === null) throw invalidParameter("ListTableSummaries Missing required field: catalog_name");
  const catalog = findSecurable(state, "catalog", [catalogName]);
  const rights = new Privileges(state, call.principal);
  rights.requireSight(catalog);
  const schemaFits = likePattern(call.query.get("schema_name_pattern"));
  const tableFits = likePattern(call.query.get("table_name_pattern"));
  const tables = state
    .children(catalog.id, "schema")
    .filter((schema) => schemaFits(schema.name) && rights.sees(schema))
    .flatMap((schema) => state.children(schema.id, "table"))
    .filter((table) => tableFits(table.name) && rights.sees(table))
    .map((table) => ({ full_name: state.fullName(table), table_type: table.tableType }))
    .toSorted((a, b) => (a.full_name < b.full_name ? -1 : 1));
  const size = pageSize(call, "max_results", PAGE_SIZE_MAX, PAGE_SIZE_MAX);
  const scope = `table-summaries ${catalog.id} ${call.query.get("schema_name_pattern")} ${call.query.get("table_name_pattern")}`;
  const { items, nextPageToken } = pageOf(call, scope, tables, (one) => one.full_name, size);
  // An empty list has no field, as in protobuf's JSON.
  return json({ tables: items.length === 0 ? undefined : items, next_page_token: nextPageToken });
}

/** Whether a name fits a pattern of SQL's LIKE. Linear in the name for each `%`. An absent or empty pattern fits all. */
function likePattern(pattern: string | null): (name: string) => boolean {
  if (pattern === null || pattern === "") return () => true;
  const parts = pattern.toLowerCase().split("%");
  return (name) => fits(parts, name);
}

/** `parts` is what stands between the `%` of a pattern: the first begins the name, the last ends it. */
function fits([first = "", ...others]: readonly string[], name: string): boolean {
  const last = others.pop();
  if (last === undefined) return name.length === first.length && isAt(first, name, 0);
  if (!isAt(first, name, 0)) return false;
  let from = first.length;
  for (const part of others) {
    while (from + part.length <= name.length && !isAt(part, name, from)) from++;
    from += part.length;
  }
  const end = name.length - last.length;
  return from <= end && isAt(last, name, end);
}

function isAt(part: string, name: string, at: number): boolean {
  if (at + part.length > name.length) return false;
  return part.split("").every((character, index) => character === "_" || character === name[at + index]);
}
