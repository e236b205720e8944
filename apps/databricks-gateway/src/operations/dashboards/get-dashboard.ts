import { LakeviewService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getDashboard: Handler<"get_dashboard"> = async (request, { signal }) =>
  service(LakeviewService, signal).get(request);
