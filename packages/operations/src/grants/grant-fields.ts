import * as z from "zod";
import { openEnum } from "../open-enum.ts";
import { pageParams } from "../paging.ts";
import { queryText } from "../query-text.ts";
import { securableParams } from "../securable-reference.ts";

export const grantParams = securableParams(["catalog", "schema", "table", "volume", "function"]);

export const principalName = queryText(255);

const privilege = openEnum(
  "Privilege",
  [
    "ALL_PRIVILEGES",
    "APPLY_TAG",
    "BROWSE",
    "CREATE_FUNCTION",
    "CREATE_MATERIALIZED_VIEW",
    "CREATE_MODEL",
    "CREATE_SCHEMA",
    "CREATE_TABLE",
    "CREATE_VOLUME",
    "EXECUTE",
    "EXTERNAL_USE_SCHEMA",
    "MANAGE",
    "MODIFY",
    "READ_VOLUME",
    "REFRESH",
    "SELECT",
    "USE_CATALOG",
    "USE_SCHEMA",
    "WRITE_VOLUME",
  ],
  "A privilege of Unity Catalog.",
);

/** Of a listing of grants. Databricks refuses smaller pages, so that each has room for all privileges of one principal. */
export const grantPageParams = {
  principal: principalName
    .optional()
    .describe("Only the privileges of this user, group or service principal."),
  page_token: pageParams.page_token,
  max_results: z
    .int()
    .min(150)
    .max(1000)
    .optional()
    .describe("The most privileges in the page, 150 to 1,000. Default: all of them."),
};

const principalField = z
  .string()
  .optional()
  .describe("The user, group or service principal. Absent if it was deleted.");

export const privilegeAssignment = z
  .object({
    principal: principalField,
    privileges: z
      .array(privilege)
      .default([])
      .describe("The privileges that were granted on the object itself."),
  })
  .meta({ id: "PrivilegeAssignment" });

export const effectivePrivilegeAssignment = z
  .object({
    principal: principalField,
    privileges: z
      .array(
        z
          .object({
            privilege,
            inherited_from_type: z
              .string()
              .optional()
              .describe(
                "The type of what it was granted on: `CATALOG`, … Absent if that is the object itself.",
              ),
            inherited_from_name: z
              .string()
              .optional()
              .describe("The full name of what it was granted on. Absent if that is the object itself."),
          })
          .meta({ id: "EffectivePrivilege" }),
      )
      .default([])
      .describe("The privileges that hold for the object, wherever they were granted."),
  })
  .meta({ id: "EffectivePrivilegeAssignment" });
