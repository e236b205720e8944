import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { sdkContext } from "../../databricks/sdk-context.ts";
import type { Handler } from "../handler.ts";

export const getCatalog: Handler<"get_catalog"> = async ({ name }, { signal }) => {
  return getWorkspaceClient().catalogs.get({ name: encodeURIComponent(name) }, sdkContext(signal));
};
