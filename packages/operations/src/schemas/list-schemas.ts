import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { nextPageToken, pageParams } from "../paging.ts";
import { securableFields } from "../securable-fields.ts";
import { securableName } from "../securable-name.ts";

const schema = z
  .object({
    name: z.string().describe("The schema's name."),
    full_name: z.string().describe("`catalog.schema`."),
    catalog_name: z.string().describe("The catalog it is in."),
    ...securableFields,
  })
  .meta({ id: "Schema" });

export const listSchemas = defineOperation({
  name: "list_schemas",
  summary: "The schemas of a catalog that the identity may see.",
  kind: "query",
  idempotent: true,
  timeoutMs: 30_000,
  errors: ["CATALOG_DOES_NOT_EXIST"],
  params: z.strictObject({ catalog: securableName.describe("The catalog's name."), ...pageParams }),
  result: z
    .object({
      schemas: z.array(schema).default([]).describe("The schemas of this page."),
      next_page_token: nextPageToken,
    })
    .meta({ id: "SchemaPage" }),
  examples: [
    {
      params: { catalog: "main" },
      result: { schemas: [{ name: "sales", full_name: "main.sales", catalog_name: "main" }] },
    },
  ],
});
