import { PipelinesService } from "@databricks/sdk-experimental/dist/apis/pipelines/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listPipelineEvents: Handler<"list_pipeline_events"> = async (request, { signal }) =>
  listPage({
    service: service(PipelinesService, signal),
    method: "listPipelineEvents",
    entries: "events",
    request: { order_by: undefined, ...request },
    beside: ["prev_page_token"],
  });
