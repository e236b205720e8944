import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import type { GetJobRequest } from "@databricks/sdk-experimental/dist/apis/jobs/model.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import { sdkRequest } from "../../databricks/sdk-request.ts";
import type { Handler } from "../handler.ts";

export const getJob: Handler<"get_job"> = async ({ job_id, ...request }, { signal }) =>
  service(JobsService, signal).get(sdkRequest<GetJobRequest>({ job_id: int64(job_id), ...request }));
