import { CurrentUserService } from "@databricks/sdk-experimental/dist/apis/iam/index.js";
import { getWorkspaceClient, service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const me: Handler<"me"> = async (_params, { signal }) => {
  const {
    userName: user_name,
    displayName: display_name,
    ...rest
  } = await service(CurrentUserService, signal).me();
  return { ...rest, user_name, display_name, workspace_kind: getWorkspaceClient().kind };
};
