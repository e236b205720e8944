import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { openEnum } from "../open-enum.ts";
import { securableFields } from "../securable-fields.ts";
import { securableName } from "../securable-name.ts";
import { shownProperties } from "../securable-properties.ts";
import { targets } from "../target.ts";

export const catalog = z
  .object({
    name: z.string().describe("The catalog's name."),
    catalog_type: openEnum(
      "CatalogType",
      ["MANAGED_CATALOG", "FOREIGN_CATALOG", "SYSTEM_CATALOG", "DELTASHARING_CATALOG", "INTERNAL_CATALOG"],
      "What kind of catalog it is.",
    ).optional(),
    properties: shownProperties,
    ...securableFields,
  })
  .meta({ id: "Catalog" });

export const getCatalog = defineOperation({
  name: "get_catalog",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gets one catalog.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["CATALOG_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/catalogs/:name" },
  target: targets.securable("catalog"),
  params: z.strictObject({ name: securableName.describe("The catalog's name.") }),
  result: catalog,
  examples: [{ params: { name: "main" }, result: { name: "main", catalog_type: "MANAGED_CATALOG" } }],
});
