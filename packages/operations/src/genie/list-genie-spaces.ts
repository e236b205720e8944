import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { exampleSpace, genieSpace } from "./genie-space.ts";

export const listGenieSpaces = defineOperation({
  name: "list_genie_spaces",
  domain: "genie",
  since: "0.1.0",
  summary: "Lists the Genie spaces that the identity may ask.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/genie/spaces" },
  target: targets.nothing,
  params: z.strictObject(pageParams),
  result: pageOf("GenieSpacePage", {
    spaces: z.array(genieSpace).default([]).describe("The spaces of this page."),
  }),
  examples: [{ params: {}, result: { spaces: [exampleSpace] } }],
});
