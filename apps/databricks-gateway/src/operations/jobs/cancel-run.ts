import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import type { Handler } from "../handler.ts";

export const cancelRun: Handler<"cancel_run"> = async ({ run_id }, { signal }) => {
  // The SDK's waiter would poll until the run has ended.
  await service(JobsService, signal).cancelRun({ run_id: int64(run_id) });
  return {};
};
