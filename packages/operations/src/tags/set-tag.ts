import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { refersToSecurable, targetWithContents } from "../securable-reference.ts";
import { missingTagged, tag, taggedParams, tagKey } from "./tag-fields.ts";

export const setTag = defineOperation({
  name: "set_tag",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gives a catalog, schema, table, column or volume a tag, or the tag another value.",
  description:
    "Policies of Unity Catalog can grant, filter and mask by tags, so it has to be allowed as what changes who may do what.",
  kind: "mutation",
  admin: true,
  idempotent: true,
  errors: missingTagged,
  route: { method: "put", path: "/api/tags" },
  target: targetWithContents,
  params: z
    .strictObject({
      ...taggedParams,
      tag_key: tagKey,
      tag_value: z.string().max(1000).default("").describe("The tag's value. Default: none."),
    })
    .superRefine(refersToSecurable),
  result: tag,
  examples: [
    {
      params: {
        securable_type: "table",
        catalog: "main",
        schema: "sales",
        name: "orders",
        column: "amount",
        tag_key: "unit",
        tag_value: "EUR",
      },
      result: { tag_key: "unit", tag_value: "EUR" },
    },
  ],
});
