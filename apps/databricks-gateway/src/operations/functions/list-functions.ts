import { FunctionsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import type { FunctionInfo } from "@databricks/sdk-experimental/dist/apis/catalog/model.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import { unityCatalogType } from "../../sql/sql-type.ts";
import type { Handler } from "../handler.ts";
import { mapIfList } from "../map-if-list.ts";

export const listFunctions: Handler<"list_functions"> = async ({ catalog, schema, ...page }, { signal }) => {
  const { functions = [], ...rest } = await listPage({
    service: service(FunctionsService, signal),
    method: "list",
    entries: "functions",
    request: { catalog_name: catalog, schema_name: schema, ...page },
  });
  return { ...rest, functions: functions.map(functionView) };
};

/** Unity Catalog's function in the form of the contract. */
function functionView({ data_type, full_data_type, input_params, ...info }: FunctionInfo): object {
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
