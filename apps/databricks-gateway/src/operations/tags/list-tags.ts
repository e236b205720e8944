import { EntityTagAssignmentsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { taggedEntityInPath } from "./tagged-entity.ts";

export const listTags: Handler<"list_tags"> = async (params, { signal }) => {
  const { page_token, max_results } = params;
  const { tag_assignments = [], ...rest } = await listPage({
    service: service(EntityTagAssignmentsService, signal),
    method: "list",
    entries: "tag_assignments",
    request: { ...taggedEntityInPath(params), page_token, max_results },
  });
  return { ...rest, tags: tag_assignments };
};
