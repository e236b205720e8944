import { PipelinesService } from "@databricks/sdk-experimental/dist/apis/pipelines/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getPipeline: Handler<"get_pipeline"> = async ({ pipeline_id }, { signal }) =>
  service(PipelinesService, signal).get({ pipeline_id });
