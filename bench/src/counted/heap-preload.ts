// Loaded into the processes whose work is counted. On SIGUSR2 it writes how many bytes of heap were allocated since the
// last time into the file that BENCH_HEAP_FILE names. That is exact because nothing is collected in between: the young
// generation is larger than all of it (--min-semi-space-size), and unoptimised code always allocates the same.
import { renameSync, writeFileSync } from "node:fs";

const file = process.env["BENCH_HEAP_FILE"];
const { gc } = globalThis;
if (file !== undefined && gc !== undefined) {
  let before = process.memoryUsage().heapUsed;
  process.on("SIGUSR2", () => {
    const allocated = process.memoryUsage().heapUsed - before;
    gc();
    writeFileSync(`${file}.new`, String(allocated));
    renameSync(`${file}.new`, file);
    before = process.memoryUsage().heapUsed;
  });
}
// A planted regression, which the check has to see: everything that is parsed is parsed twice.
if (process.env["BENCH_PARSE_TWICE"] === "true") {
  const { parse } = JSON;
  JSON.parse = (...given: Parameters<typeof parse>): unknown => {
    parse(...given);
    return parse(...given) as unknown;
  };
}
