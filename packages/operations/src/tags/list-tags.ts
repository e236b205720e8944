import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { refersToSecurable, targetOfReference } from "../securable-reference.ts";
import { missingTagged, tag, taggedParams } from "./tag-fields.ts";

export const listTags = defineOperation({
  name: "list_tags",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Lists the tags of a catalog, schema, table, column or volume.",
  kind: "query",
  errors: missingTagged,
  route: { method: "get", path: "/api/tags" },
  target: targetOfReference,
  params: z.strictObject({ ...taggedParams, ...pageParams }).superRefine(refersToSecurable),
  result: pageOf("TagPage", { tags: z.array(tag).default([]).describe("The tags of this page.") }),
  examples: [
    {
      params: { securable_type: "table", catalog: "main", schema: "sales", name: "orders" },
      result: { tags: [{ tag_key: "cost_center", tag_value: "sales" }] },
    },
  ],
});
