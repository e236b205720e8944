#!/usr/bin/env node
// The entry of the published package. CommonJS: Node 20 reads ES modules through libuv's thread pool, whose
// size (src/config.ts says why it matters) is fixed from then on.
const nodeMin = 20;
const { node } = process.versions;
if (Number.parseInt(node, 10) >= nodeMin) {
  process.env.UV_THREADPOOL_SIZE ??= "128";
  void import("./dist/server.js");
} else {
  process.stderr.write(`local-workspace needs Node ${nodeMin} or later, this is ${node}.\n`);
  process.exitCode = 2;
}
