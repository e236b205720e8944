import { invalidParameter } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { OfKind } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { findSecurable, splitFullName } from "./find-securable.ts";
import { Privileges } from "./privileges.ts";

/**
 * `/api/2.0/lineage-tracking/table-lineage`: one step in each direction, between tables and views alone. The engine notes it
 * for CREATE TABLE AS, CREATE VIEW, INSERT, MERGE and UPDATE. As on Databricks a renamed table loses it.
 */
export function tableLineage(workspace: Workspace): Route[] {
  const pattern = "/api/2.0/lineage-tracking/table-lineage";
  return [{ method: "GET", pattern, handle: (call) => lineage(workspace, call) }];
}

type Table = OfKind<"table">;

function lineage({ metastore: { state } }: Workspace, call: Call): Reply {
  const fullName = call.query.get("table_name");
  if (fullName === null) throw invalidParameter("Missing required field: table_name");
  const table = findSecurable(state, "table", splitFullName("table", fullName));
  const rights = new Privileges(state, call.principal);
  rights.requireSight(table);
  const sees = (one: Table) => state.ancestry(one).every((each) => rights.sees(each));
  const upstreams = Object.entries(table.lineage ?? {}).flatMap(([name, at]) => {
    const source = state.at("table", name.split("."));
    return source !== undefined && sees(source) ? [neighbour(state, source, at)] : [];
  });
  const downstreams = state.securables().flatMap((one) => {
    if (one.kind !== "table") return [];
    const at = one.lineage?.[state.fullName(table)];
    return at !== undefined && sees(one) ? [neighbour(state, one, at)] : [];
  });
  // An empty list has no field, as in protobuf's JSON.
  return json({
    ...(upstreams.length > 0 ? { upstreams } : {}),
    ...(downstreams.length > 0 ? { downstreams } : {}),
  });
}

function neighbour(state: MetastoreState, table: Table, at: number): object {
  const [catalog_name, schema_name] = state.fullName(table).split(".");
  const lineage_timestamp = new Date(at).toISOString().replace("T", " ").replace("Z", "");
  const table_type = table.tableType === "VIEW" ? "VIEW" : "TABLE";
  return { tableInfo: { name: table.name, catalog_name, schema_name, table_type, lineage_timestamp } };
}
