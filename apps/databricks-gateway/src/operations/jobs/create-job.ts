import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import type { CreateJob } from "@databricks/sdk-experimental/dist/apis/jobs/model.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const createJob: Handler<"create_job"> = async (settings, { signal }) =>
  // The contract leaves open what Databricks checks, and has int64 as text.
  service(JobsService, signal).create(settings as unknown as CreateJob);
