import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import type { Handler } from "../handler.ts";

export const getRunOutput: Handler<"get_run_output"> = async ({ run_id }, { signal }) =>
  service(JobsService, signal).getRunOutput({ run_id: int64(run_id) });
