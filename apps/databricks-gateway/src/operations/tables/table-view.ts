import { unityCatalogType } from "../../sql/sql-type.ts";
import { mapIfList } from "../map-if-list.ts";

/** Unity Catalog's table in the form of the contract. */
export function tableView({ columns, ...table }: { readonly columns?: unknown }): object {
  return {
    ...table,
    columns: mapIfList(columns, ({ type_name, type_text, ...column }) => ({
      ...column,
      ...unityCatalogType(type_name, type_text),
    })),
  };
}
