import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf } from "../paging.ts";
import { refersToSecurable, targetOfReference } from "../securable-reference.ts";
import { grantPageParams, grantParams, privilegeAssignment } from "./grant-fields.ts";

export const getGrants = defineOperation({
  name: "get_grants",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gets the privileges that were granted on an object itself.",
  description: "Not those that it inherits from its schema and catalog: `get_effective_grants` has them too.",
  kind: "query",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "TABLE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/grants" },
  target: targetOfReference,
  params: z.strictObject({ ...grantParams, ...grantPageParams }).superRefine(refersToSecurable),
  result: pageOf("GrantPage", {
    privilege_assignments: z.array(privilegeAssignment).default([]).describe("The privileges by principal."),
  }),
  examples: [
    {
      params: { securable_type: "schema", catalog: "main", name: "sales" },
      result: { privilege_assignments: [{ principal: "analysts", privileges: ["USE_SCHEMA", "SELECT"] }] },
    },
  ],
});
