import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import type { JobSettings } from "@databricks/sdk-experimental/dist/apis/jobs/model.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import type { Handler } from "../handler.ts";

export const updateJob: Handler<"update_job"> = async (params, { signal }) => {
  const { job_id, new_settings, fields_to_remove } = params;
  await service(JobsService, signal).update({
    job_id: int64(job_id),
    // The contract leaves open what Databricks checks, and has int64 as text.
    ...(new_settings === undefined ? {} : { new_settings: new_settings as unknown as JobSettings }),
    ...(fields_to_remove === undefined ? {} : { fields_to_remove }),
  });
  return {};
};
