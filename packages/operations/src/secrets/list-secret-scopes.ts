import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";

const secretScope = z
  .object({
    name: z.string().describe("The scope's name."),
    backend_type: z.string().optional().describe("`DATABRICKS` or `AZURE_KEYVAULT`."),
  })
  .meta({ id: "SecretScope" });

export const listSecretScopes = defineOperation({
  name: "list_secret_scopes",
  domain: "secrets",
  since: "0.1.0",
  summary: "Lists the names of the secret scopes. No operation returns the value of a secret.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/secret-scopes" },
  target: targets.nothing,
  params: z.strictObject({}),
  result: z
    .object({ scopes: z.array(secretScope).default([]).describe("All scopes. They are not paged.") })
    .meta({ id: "SecretScopes" }),
  examples: [{ params: {}, result: { scopes: [{ name: "ingest", backend_type: "DATABRICKS" }] } }],
});
