// Prints which functions of ours one `GET /api/schemas` passes, in both processes, and how many there are:
//   node apps/api/test/count-functions.ts
// V8 counts the calls. Everything runs in this one process, on real sockets; the local workspace does not count.
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { startStack } from "./start-stack.ts";

const ours = /\/(apps\/[^/]+|packages\/(operations|gateway-client|service-runtime))\/src\//;

const stack = await startStack();
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
const ask = async () => {
  const reply = await request(`${stack.url}/api/schemas?catalog=main`);
  await reply.body.dump();
  if (reply.statusCode !== 200) throw new Error(`GET /api/schemas returned ${reply.statusCode}`);
  // The log line comes behind the reply.
  await new Promise((resolve) => setTimeout(resolve, 200));
};
for (let warmUp = 0; warmUp < 3; warmUp++) await ask();
await session.post("Profiler.takePreciseCoverage");
await ask();
const { result } = await session.post("Profiler.takePreciseCoverage");
const passed = result
  .filter(({ url }) => ours.test(url))
  .flatMap(({ url, functions }) =>
    functions
      .filter(({ ranges: [whole] }) => (whole?.count ?? 0) > 0)
      .map(
        ({ functionName }) =>
          `${fileURLToPath(url).replace(/.*\/(apps|packages)\//, "$1/")}: ${functionName || "(anonymous)"}`,
      ),
  );
for (const line of passed.toSorted()) process.stdout.write(`${line}\n`);
process.stdout.write(`${passed.length} functions\n`);
await stack.close();
process.exit(0);
