import { TablesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { isCatalogAllowed } from "@front-door/policy";
import { service } from "../../auth/auth-context.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { Handler, OperationContext } from "../handler.ts";

/** The SDK has no service for it (docs/databricks.md, Unity Catalog). */
export const getTableLineage: Handler<"get_table_lineage"> = async (params, { signal, policies }) => {
  const { catalog, schema, name } = params;
  const reply = await service(TablesService, signal).client.request({
    method: "GET",
    path: "/api/2.0/lineage-tracking/table-lineage",
    headers: new Headers({ accept: "application/json" }),
    raw: false,
    query: { table_name: [catalog, schema, name].join("."), include_entity_lineage: false },
  });
  const { upstreams, downstreams } = reply as Readonly<Record<string, unknown>>;
  return {
    upstreams: neighbours(upstreams, policies),
    downstreams: neighbours(downstreams, policies),
  };
};

interface TableInfo {
  readonly name?: unknown;
  readonly catalog_name?: unknown;
  readonly schema_name?: unknown;
  readonly table_type?: unknown;
  readonly lineage_timestamp?: unknown;
}

/** The tables at the other ends that the policies allow. A notebook or a file can be there too, and a table without a name. */
function neighbours(given: unknown, policies: OperationContext["policies"]): object[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw invalidResponse("a lineage that is not a list", { surelyNotRun: true });
  return (given as ({ readonly tableInfo?: TableInfo } | null)[]).flatMap((each) => {
    const { name, catalog_name, schema_name, table_type, lineage_timestamp } = each?.tableInfo ?? {};
    const names = [catalog_name, schema_name, name];
    if (!names.every((part) => typeof part === "string" && part !== "")) return [];
    if (!isCatalogAllowed(policies, String(catalog_name))) return [];
    return [{ full_name: names.join("."), table_type, lineage_timestamp }];
  });
}
