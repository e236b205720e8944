import { PipelinesService } from "@databricks/sdk-experimental/dist/apis/pipelines/index.js";
import type { ListUpdatesRequest } from "@databricks/sdk-experimental/dist/apis/pipelines/model.js";
import { service } from "../../auth/auth-context.ts";
import { sdkRequest } from "../../databricks/sdk-request.ts";
import type { Handler } from "../handler.ts";

export const listPipelineUpdates: Handler<"list_pipeline_updates"> = async (request, { signal }) => {
  const page = await service(PipelinesService, signal).listUpdates(
    sdkRequest<ListUpdatesRequest>({ until_update_id: undefined, ...request }),
  );
  // The token of a last page can be an empty string.
  return { ...page, next_page_token: page.next_page_token || undefined };
};
