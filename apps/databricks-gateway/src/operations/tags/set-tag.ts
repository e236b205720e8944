import { EntityTagAssignmentsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { OperationError } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { taggedEntity, taggedEntityInPath } from "./tagged-entity.ts";

/** Databricks creates a tag that is not there, and updates one that is: two calls. */
export const setTag: Handler<"set_tag"> = async (params, { signal }) => {
  const { tag_key, tag_value } = params;
  const assignments = service(EntityTagAssignmentsService, signal);
  const tag_assignment = { ...taggedEntity(params), tag_key, tag_value };
  try {
    return await assignments.create({ tag_assignment });
  } catch (error) {
    if (!(error instanceof OperationError) || !error.code.endsWith("ALREADY_EXISTS")) throw error;
  }
  return assignments.update({
    ...taggedEntityInPath(params),
    tag_key: encodeURIComponent(tag_key),
    tag_assignment,
    update_mask: "tag_value",
  });
};
