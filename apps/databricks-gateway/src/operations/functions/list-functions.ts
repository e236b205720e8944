import { FunctionsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { functionView } from "./function-view.ts";

export const listFunctions: Handler<"list_functions"> = async ({ catalog, schema, ...page }, { signal }) => {
  const { functions = [], ...rest } = await listPage({
    service: service(FunctionsService, signal),
    method: "list",
    entries: "functions",
    request: { catalog_name: catalog, schema_name: schema, ...page },
  });
  return { ...rest, functions: functions.map(functionView) };
};
