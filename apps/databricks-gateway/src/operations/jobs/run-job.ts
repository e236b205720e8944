import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import type { RunNow } from "@databricks/sdk-experimental/dist/apis/jobs/model.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import { sdkRequest } from "../../databricks/sdk-request.ts";
import type { Handler } from "../handler.ts";

export const runJob: Handler<"run_job"> = async ({ job_id, ...request }, { signal }) =>
  // The SDK's waiter would poll until the run has ended.
  service(JobsService, signal).runNow(sdkRequest<RunNow>({ job_id: int64(job_id), ...request }));
