import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { refersToSecurable, targetWithContents } from "../securable-reference.ts";
import { missingTagged, taggedParams, tagKey } from "./tag-fields.ts";

export const unsetTag = defineOperation({
  name: "unset_tag",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Takes a tag from a catalog, schema, table, column or volume.",
  description:
    "Policies of Unity Catalog can grant, filter and mask by tags, so it has to be allowed as what changes who may do what.",
  kind: "mutation",
  admin: true,
  errors: missingTagged,
  route: { method: "delete", path: "/api/tags" },
  target: targetWithContents,
  params: z.strictObject({ ...taggedParams, tag_key: tagKey }).superRefine(refersToSecurable),
  result: z.object({}),
  examples: [
    {
      params: { securable_type: "catalog", name: "main", tag_key: "cost_center" },
      result: {},
    },
  ],
});
