import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf } from "../paging.ts";
import { refersToSecurable, targetOfReference } from "../securable-reference.ts";
import { effectivePrivilegeAssignment, grantPageParams, grantParams } from "./grant-fields.ts";

export const getEffectiveGrants = defineOperation({
  name: "get_effective_grants",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gets the privileges that hold for an object, granted on itself or on what it is in.",
  kind: "query",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "TABLE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/effective-grants" },
  target: targetOfReference,
  params: z.strictObject({ ...grantParams, ...grantPageParams }).superRefine(refersToSecurable),
  result: pageOf("EffectiveGrantPage", {
    privilege_assignments: z
      .array(effectivePrivilegeAssignment)
      .default([])
      .describe("The privileges by principal, with where each comes from."),
  }),
  examples: [
    {
      params: { securable_type: "table", catalog: "main", schema: "sales", name: "orders" },
      result: {
        privilege_assignments: [
          {
            principal: "analysts",
            privileges: [
              { privilege: "SELECT", inherited_from_type: "SCHEMA", inherited_from_name: "main.sales" },
            ],
          },
        ],
      },
    },
  ],
});
