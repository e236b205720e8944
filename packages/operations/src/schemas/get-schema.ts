import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { catalogName, fullName, securableFields } from "../securable-fields.ts";
import { schemaParams, securableName } from "../securable-name.ts";
import { shownProperties } from "../securable-properties.ts";
import { targets } from "../target.ts";

export const schema = z
  .object({
    name: z.string().describe("The schema's name."),
    full_name: fullName("`catalog.schema`.", "catalog_name", "name"),
    catalog_name: catalogName,
    properties: shownProperties,
    ...securableFields,
  })
  .meta({ id: "Schema" });

export const getSchema = defineOperation({
  name: "get_schema",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gets one schema.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/schemas/:catalog/:name" },
  target: targets.securable("schema"),
  params: z.strictObject({
    catalog: schemaParams.catalog,
    name: securableName.describe("The schema's name, without the catalog."),
  }),
  result: schema,
  examples: [
    {
      params: { catalog: "main", name: "sales" },
      result: { name: "sales", full_name: "main.sales", catalog_name: "main" },
    },
  ],
});
