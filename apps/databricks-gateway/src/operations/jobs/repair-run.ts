import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import type { RepairRun } from "@databricks/sdk-experimental/dist/apis/jobs/model.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import { sdkRequest } from "../../databricks/sdk-request.ts";
import type { Handler } from "../handler.ts";

export const repairRun: Handler<"repair_run"> = async (params, { signal }) => {
  const { run_id, latest_repair_id: latest, ...request } = params;
  // The SDK's waiter would poll until the run has ended.
  return service(JobsService, signal).repairRun(
    sdkRequest<RepairRun>({ run_id: int64(run_id), latest_repair_id: int64(latest), ...request }),
  );
};
