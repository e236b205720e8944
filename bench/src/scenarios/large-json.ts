import type { Scenario } from "../scenario.ts";
import { operationCases, smallJson } from "./small-json.ts";

export const largeJson: Scenario = {
  ...smallJson,
  name: "large-json",
  title: "A JSON operation of 20 KB",
  about: "`list_schemas` whose reply is 20 KB (105 schemas), with an upstream that answers at once.",
  cases: operationCases("large"),
};
