import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { sdkContext } from "../../databricks/sdk-context.ts";
import type { Handler } from "../handler.ts";

export const me: Handler<"me"> = async (_params, { signal }) => {
  return getWorkspaceClient().currentUser.me(sdkContext(signal));
};
