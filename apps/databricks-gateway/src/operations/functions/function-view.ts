import type { FunctionInfo } from "@databricks/sdk-experimental/dist/apis/catalog/model.js";
import { unityCatalogType } from "../../sql/sql-type.ts";
import { mapIfList } from "../map-if-list.ts";

/** Unity Catalog's function in the form of the contract. */
export function functionView({ data_type, full_data_type, input_params, ...info }: FunctionInfo): object {
  const { type, type_text } = unityCatalogType(data_type, full_data_type);
  return {
    ...info,
    return_type: type,
    return_type_text: type_text,
    parameters: mapIfList(input_params?.parameters, ({ type_name, type_text: text, ...parameter }) => ({
      ...parameter,
      ...unityCatalogType(type_name, text),
    })),
  };
}
