import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import type { Handler } from "../handler.ts";

export const deleteJob: Handler<"delete_job"> = async ({ job_id }, { signal }) => {
  await service(JobsService, signal).delete({ job_id: int64(job_id) });
  return {};
};
