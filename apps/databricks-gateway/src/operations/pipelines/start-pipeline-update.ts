import { PipelinesService } from "@databricks/sdk-experimental/dist/apis/pipelines/index.js";
import type { StartUpdate } from "@databricks/sdk-experimental/dist/apis/pipelines/model.js";
import { service } from "../../auth/auth-context.ts";
import { sdkRequest } from "../../databricks/sdk-request.ts";
import type { Handler } from "../handler.ts";

export const startPipelineUpdate: Handler<"start_pipeline_update"> = async (request, { signal }) =>
  service(PipelinesService, signal).startUpdate(sdkRequest<StartUpdate>({ cause: undefined, ...request }));
