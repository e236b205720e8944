import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import type { SubmitRun } from "@databricks/sdk-experimental/dist/apis/jobs/model.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const submitRun: Handler<"submit_run"> = async (params, { signal }) =>
  // The contract leaves open what Databricks checks, and has int64 as text. The SDK's waiter would poll until the run has ended.
  service(JobsService, signal).submit(params as unknown as SubmitRun);
