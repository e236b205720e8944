import { FunctionsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";
import { functionView } from "./function-view.ts";

export const getFunction: Handler<"get_function"> = async ({ catalog, schema, name }, { signal }) => {
  const full_name = fullNameInPath(catalog, schema, name);
  return functionView(await service(FunctionsService, signal).get({ name: full_name }));
};
