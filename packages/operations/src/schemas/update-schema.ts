import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { schemaParams, securableName } from "../securable-name.ts";
import { isUpdate, isUpdateInDocument, nothingToUpdate, settableFields } from "../securable-properties.ts";
import { targets } from "../target.ts";
import { schema } from "./get-schema.ts";

export const updateSchema = defineOperation({
  name: "update_schema",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Changes the name, the comment or the properties of a schema.",
  description: "A new name changes the full name of everything in the schema, and the paths of its volumes.",
  kind: "mutation",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "SCHEMA_ALREADY_EXISTS"],
  route: { method: "patch", path: "/api/schemas/:catalog/:name" },
  target: targets.updated("schema"),
  params: z
    .strictObject({
      catalog: schemaParams.catalog,
      name: securableName.describe("The schema's name, without the catalog."),
      new_name: securableName.optional().describe("Its new name, in the same catalog."),
      ...settableFields,
    })
    .refine(isUpdate, nothingToUpdate)
    .meta({ id: "SchemaUpdate", ...isUpdateInDocument }),
  result: schema,
  examples: [
    {
      params: { catalog: "main", name: "sales", comment: "Orders and customers" },
      result: {
        name: "sales",
        full_name: "main.sales",
        catalog_name: "main",
        comment: "Orders and customers",
      },
    },
  ],
});
