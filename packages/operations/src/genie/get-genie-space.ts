import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { exampleSpaceId, genieTarget, spaceParams } from "./genie-ids.ts";
import { exampleSpace, genieSpace } from "./genie-space.ts";

export const getGenieSpace = defineOperation({
  name: "get_genie_space",
  domain: "genie",
  since: "0.1.0",
  summary: "Gets one Genie space.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/genie/spaces/:space_id" },
  target: genieTarget,
  params: z.strictObject(spaceParams),
  result: genieSpace,
  examples: [{ params: { space_id: exampleSpaceId }, result: exampleSpace }],
});
