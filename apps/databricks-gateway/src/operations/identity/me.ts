import { CurrentUserService } from "@databricks/sdk-experimental/dist/apis/iam/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const me: Handler<"me"> = async (_params, { signal }) => {
  return service(CurrentUserService, signal).me();
};
