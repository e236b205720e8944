import { AppsService } from "@databricks/sdk-experimental/dist/apis/apps/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getApp: Handler<"get_app"> = async (request, { signal }) =>
  service(AppsService, signal).get(request);
