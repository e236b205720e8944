import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";
import type { Route } from "../http/call.ts";
import { type Routine, routineSchema } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { createBody, securableRoutes, updateBody } from "./securable-service.ts";

/** `/api/2.1/unity-catalog/functions`. They are metadata only: SQL refuses to call them. */
export function functions(workspace: Workspace): Route[] {
  return securableRoutes(workspace, {
    kind: "function",
    collection: "functions",
    // Databricks documents no number.
    pageSizeMax: 1000,
    createBody: z
      .object({ function_info: createBody.extend(routineSchema.shape) })
      .transform(({ function_info: { properties, ...info } }) => ({
        ...info,
        functionProperties: properties,
      })),
    ownFields({ functionProperties: properties, ...info }) {
      const routine = routineSchema.parse({ ...info, properties });
      requireConsistent(routine);
      return { routine };
    },
    updateBody: updateBody.pick({ owner: true }),
    show: ({ id, routine }) => ({ function_id: id, ...routine }),
  });
}

/** The rules that Databricks documents for `routine_body`. */
function requireConsistent(routine: Routine): void {
  if (routine.routine_body === "SQL") return;
  if (routine.external_language === undefined)
    throw invalidParameter("CreateFunction Missing required field: external_language");
  if (routine.return_params !== undefined)
    throw invalidParameter("CreateFunction return_params cannot be used with an EXTERNAL routine_body.");
  if (routine.sql_data_access !== "NO_SQL")
    throw invalidParameter("CreateFunction sql_data_access must be NO_SQL with an EXTERNAL routine_body.");
}
