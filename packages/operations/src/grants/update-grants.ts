import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { refersToSecurable, targetWithContents } from "../securable-reference.ts";
import { grantParams, principalName, privilegeAssignment } from "./grant-fields.ts";

const privileges = z.array(z.string().min(1).max(64)).max(64);

const permissionsChange = z
  .strictObject({
    principal: principalName.describe("A user, group or service principal. `account users` is everybody."),
    add: privileges.optional().describe("The privileges to grant: `SELECT`, `USE_SCHEMA`, …"),
    remove: privileges.optional().describe("The privileges to revoke."),
  })
  .meta({ id: "PermissionsChange" });

export const updateGrants = defineOperation({
  name: "update_grants",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Grants and revokes privileges on an object.",
  description:
    "A privilege on a catalog or a schema holds for everything in it. A privilege that is granted already, or revoked without having been granted, does not change.",
  kind: "mutation",
  admin: true,
  idempotent: true,
  errors: [
    "CATALOG_DOES_NOT_EXIST",
    "SCHEMA_DOES_NOT_EXIST",
    "TABLE_DOES_NOT_EXIST",
    "PRINCIPAL_DOES_NOT_EXIST",
  ],
  route: { method: "patch", path: "/api/grants" },
  target: targetWithContents,
  params: z
    .strictObject({
      ...grantParams,
      changes: z
        .array(permissionsChange)
        .min(1, "must have at least one change")
        .max(100)
        .describe("What changes, by principal."),
    })
    .superRefine(refersToSecurable),
  result: z
    .object({
      privilege_assignments: z
        .array(privilegeAssignment)
        .default([])
        .describe("What is granted on the object itself now, by principal."),
    })
    .meta({ id: "Grants" }),
  examples: [
    {
      params: {
        securable_type: "schema",
        catalog: "main",
        name: "sales",
        changes: [{ principal: "bob@example.com", add: ["USE_SCHEMA", "SELECT"] }],
      },
      result: {
        privilege_assignments: [{ principal: "bob@example.com", privileges: ["USE_SCHEMA", "SELECT"] }],
      },
    },
  ],
});
