import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { securableName } from "../securable-name.ts";
import { isUpdate, isUpdateInDocument, nothingToUpdate, settableFields } from "../securable-properties.ts";
import { targets } from "../target.ts";
import { catalog } from "./get-catalog.ts";

export const updateCatalog = defineOperation({
  name: "update_catalog",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Changes the name, the comment or the properties of a catalog.",
  description: "A new name changes the full name of everything in the catalog, and the paths of its volumes.",
  kind: "mutation",
  errors: ["CATALOG_DOES_NOT_EXIST", "CATALOG_ALREADY_EXISTS"],
  route: { method: "patch", path: "/api/catalogs/:name" },
  target: targets.updated("catalog"),
  params: z
    .strictObject({
      name: securableName.describe("The catalog's name."),
      new_name: securableName.optional().describe("Its new name."),
      ...settableFields,
    })
    .refine(isUpdate, nothingToUpdate)
    .meta({ id: "CatalogUpdate", ...isUpdateInDocument }),
  result: catalog,
  examples: [
    {
      params: { name: "main", comment: "What everybody uses" },
      result: { name: "main", catalog_type: "MANAGED_CATALOG", comment: "What everybody uses" },
    },
  ],
});
