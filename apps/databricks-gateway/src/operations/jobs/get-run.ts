import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import type { GetRunRequest } from "@databricks/sdk-experimental/dist/apis/jobs/model.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import { sdkRequest } from "../../databricks/sdk-request.ts";
import type { Handler } from "../handler.ts";

export const getRun: Handler<"get_run"> = async ({ run_id, ...request }, { signal }) =>
  service(JobsService, signal).getRun(sdkRequest<GetRunRequest>({ run_id: int64(run_id), ...request }));
