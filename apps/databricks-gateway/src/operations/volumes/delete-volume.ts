import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { sdkContext } from "../../databricks/sdk-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const deleteVolume: Handler<"delete_volume"> = async ({ catalog, schema, name }, { signal }) => {
  const client = getWorkspaceClient();
  await client.volumes.delete({ name: fullNameInPath(catalog, schema, name) }, sdkContext(signal));
  return {};
};
