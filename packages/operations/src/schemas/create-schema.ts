import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { schemaParams, securableName } from "../securable-name.ts";
import { settableFields } from "../securable-properties.ts";
import { targets } from "../target.ts";
import { schema } from "./get-schema.ts";

export const createSchema = defineOperation({
  name: "create_schema",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Creates a schema. Fails if a schema of this name exists.",
  kind: "mutation",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_ALREADY_EXISTS"],
  route: { method: "post", path: "/api/schemas", status: 201 },
  target: targets.securable("schema"),
  params: z.strictObject({
    catalog: schemaParams.catalog,
    name: securableName.describe("The schema's name. Databricks keeps it in lower case."),
    ...settableFields,
  }),
  result: schema,
  examples: [
    {
      params: { catalog: "main", name: "marketing", comment: "Campaigns" },
      result: { name: "marketing", full_name: "main.marketing", catalog_name: "main", comment: "Campaigns" },
    },
  ],
});
