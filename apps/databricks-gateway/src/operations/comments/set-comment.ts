import {
  CatalogsService,
  SchemasService,
  VolumesService,
} from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { securableInPath } from "../securable-in-path.ts";
import { commentOnTable } from "./comment-on-table.ts";

export const setComment: Handler<"set_comment"> = async (params, context) => {
  const { securable_type, comment } = params;
  const { signal } = context;
  const full_name = securableInPath(params);
  switch (securable_type) {
    case "catalog":
      await service(CatalogsService, signal).update({ name: full_name, comment });
      break;
    case "schema":
      await service(SchemasService, signal).update({ full_name, comment });
      break;
    case "volume":
      await service(VolumesService, signal).update({ name: full_name, comment });
      break;
    case "table":
      await commentOnTable(params, context);
  }
  return { comment };
};
