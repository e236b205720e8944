import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { securableName } from "../securable-name.ts";
import { settableFields } from "../securable-properties.ts";
import { targets } from "../target.ts";
import { catalog } from "./get-catalog.ts";

export const createCatalog = defineOperation({
  name: "create_catalog",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Creates a catalog, with a schema `default`. Fails if a catalog of this name exists.",
  kind: "mutation",
  errors: ["CATALOG_ALREADY_EXISTS"],
  route: { method: "post", path: "/api/catalogs", status: 201 },
  target: targets.securable("catalog"),
  params: z.strictObject({
    name: securableName.describe("The catalog's name. Databricks keeps it in lower case."),
    storage_root: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe(
        "Where managed tables and volumes are stored, like `s3://bucket/path`. Default: as the metastore says.",
      ),
    ...settableFields,
  }),
  result: catalog,
  examples: [
    {
      params: { name: "research", comment: "Experiments" },
      result: { name: "research", catalog_type: "MANAGED_CATALOG", comment: "Experiments" },
    },
  ],
});
