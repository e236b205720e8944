import { EntityTagAssignmentsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { taggedEntityInPath } from "./tagged-entity.ts";

export const unsetTag: Handler<"unset_tag"> = async (params, { signal }) => {
  const tag_key = encodeURIComponent(params.tag_key);
  await service(EntityTagAssignmentsService, signal).delete({ ...taggedEntityInPath(params), tag_key });
  return {};
};
