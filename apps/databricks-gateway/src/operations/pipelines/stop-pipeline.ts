import { PipelinesService } from "@databricks/sdk-experimental/dist/apis/pipelines/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const stopPipeline: Handler<"stop_pipeline"> = async ({ pipeline_id }, { signal }) => {
  // The SDK's waiter would poll until it is idle.
  await service(PipelinesService, signal).stop({ pipeline_id });
  return {};
};
