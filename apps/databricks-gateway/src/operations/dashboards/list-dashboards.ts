import { LakeviewService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listDashboards: Handler<"list_dashboards"> = async (request, { signal }) =>
  listPage({
    service: service(LakeviewService, signal),
    method: "list",
    entries: "dashboards",
    request: { view: undefined, ...request },
  });
