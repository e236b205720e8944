import type { Scenario } from "./scenario.ts";
import { growthBytes, growthConnections, growthRows } from "./scenarios/growth.ts";
import { largeJson } from "./scenarios/large-json.ts";
import { listing } from "./scenarios/listing.ts";
import { overload } from "./scenarios/overload.ts";
import { manyRows, oneRow } from "./scenarios/query.ts";
import { slowUpstream } from "./scenarios/slow-upstream.ts";
import { smallJson } from "./scenarios/small-json.ts";
import { start } from "./scenarios/start.ts";
import { download, smallFiles, upload } from "./scenarios/transfer.ts";

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [
  smallJson,
  largeJson,
  slowUpstream,
  download,
  upload,
  smallFiles,
  listing,
  oneRow,
  manyRows,
  overload,
  start,
  growthConnections,
  growthBytes,
  growthRows,
];
