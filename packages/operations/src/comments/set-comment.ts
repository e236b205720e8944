import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import {
  columnParam,
  refersToSecurable,
  securableParams,
  targetOfReference,
} from "../securable-reference.ts";
import { onWarehouse } from "../warehouses/warehouse.ts";

export const setComment = defineOperation({
  name: "set_comment",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Sets the comment of a catalog, schema, table, column or volume.",
  description:
    "Unity Catalog's API sets those of catalogs, schemas and volumes. Those of tables and columns are set by a statement, `COMMENT ON`, which needs a SQL warehouse.",
  kind: "mutation",
  idempotent: true,
  timeoutMs: 60_000,
  errors: [
    "CATALOG_DOES_NOT_EXIST",
    "SCHEMA_DOES_NOT_EXIST",
    "TABLE_DOES_NOT_EXIST",
    "VOLUME_DOES_NOT_EXIST",
    "STATEMENT_FAILED",
    "RESOURCE_DOES_NOT_EXIST",
  ],
  route: { method: "put", path: "/api/comments" },
  target: targetOfReference,
  params: z
    .strictObject({
      ...securableParams(["catalog", "schema", "table", "volume"]),
      ...columnParam,
      comment: z
        .string()
        .max(4096)
        .refine((text) => text.isWellFormed(), "must be well-formed Unicode")
        .describe("The comment. An empty one takes the old one away."),
      ...onWarehouse,
    })
    .superRefine(refersToSecurable),
  result: z.object({ comment: z.string().describe("The comment, as it is now.") }).meta({ id: "Comment" }),
  examples: [
    {
      params: { securable_type: "schema", catalog: "main", name: "sales", comment: "Orders and customers" },
      result: { comment: "Orders and customers" },
    },
  ],
});
