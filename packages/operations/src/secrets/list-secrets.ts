import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { epochMs } from "../epoch-ms.ts";

const secretKey = z
  .object({
    key: z.string().describe("The secret's name."),
    last_updated_timestamp: epochMs
      .optional()
      .describe("When it was last changed, in milliseconds since 1970."),
  })
  .meta({ id: "SecretKey" });

export const listSecrets = defineOperation({
  name: "list_secrets",
  domain: "secrets",
  since: "0.1.0",
  summary: "Lists the keys of the secrets in a scope. No operation returns the value of a secret.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/secrets" },
  target: ({ scope }) => ({ kind: "resource", type: "secret_scope", id: scope, key: "secret_scope" }),
  params: z.strictObject({
    scope: z
      .string()
      .regex(/^[\w.@-]{1,128}$/, "must be the name of a secret scope")
      .describe("The name of a secret scope."),
  }),
  result: z
    .object({
      secrets: z.array(secretKey).default([]).describe("All keys, without a value. They are not paged."),
    })
    .meta({ id: "SecretKeys" }),
  examples: [{ params: { scope: "ingest" }, result: { secrets: [{ key: "api-key" }] } }],
});
