import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { sdkContext } from "../../databricks/sdk-context.ts";
import type { Handler } from "../handler.ts";

export const createVolume: Handler<"create_volume"> = async (params, { signal }) => {
  const { catalog, schema, name, comment } = params;
  return getWorkspaceClient().volumes.create(
    {
      catalog_name: catalog,
      schema_name: schema,
      name,
      volume_type: "MANAGED",
      ...(comment === undefined ? {} : { comment }),
    },
    sdkContext(signal),
  );
};
