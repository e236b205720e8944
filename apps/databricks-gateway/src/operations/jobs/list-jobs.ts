import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listJobs: Handler<"list_jobs"> = async ({ max_results: limit, ...request }, { signal }) =>
  listPage({
    service: service(JobsService, signal),
    method: "list",
    entries: "jobs",
    request: { limit, offset: undefined, ...request },
    beside: ["has_more", "prev_page_token"],
  });
