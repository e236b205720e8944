import { AppsService } from "@databricks/sdk-experimental/dist/apis/apps/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listApps: Handler<"list_apps"> = async (request, { signal }) =>
  listPage({ service: service(AppsService, signal), method: "list", entries: "apps", request });
