import { PipelinesService } from "@databricks/sdk-experimental/dist/apis/pipelines/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listPipelines: Handler<"list_pipelines"> = async (request, { signal }) =>
  listPage({
    service: service(PipelinesService, signal),
    method: "listPipelines",
    entries: "statuses",
    request: { order_by: undefined, ...request },
  });
