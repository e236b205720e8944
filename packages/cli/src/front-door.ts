#!/usr/bin/env node
// No static import: an older Node would stop at the first name that it does not export, with a SyntaxError.
const nodeMin = 20;
const { node } = process.versions;
if (Number.parseInt(node, 10) >= nodeMin) {
  const { main } = await import("./main.ts");
  await main();
} else {
  process.stderr.write(`front-door needs Node ${nodeMin} or later, this is ${node}.\n`);
  process.exitCode = 2;
}
