import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listRuns: Handler<"list_runs"> = async (params, { signal }) => {
  const { max_results: limit, job_id, ...request } = params;
  return listPage({
    service: service(JobsService, signal),
    method: "listRuns",
    entries: "runs",
    request: { ...request, job_id: int64(job_id), limit, offset: undefined },
    beside: ["has_more", "prev_page_token"],
  });
};
