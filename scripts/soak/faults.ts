import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "@front-door/local-workspace";
import type { Judge } from "./judge.ts";
import type { Pace } from "./pace.ts";
import type { ProductUnderSoak } from "./product-under-soak.ts";
import type { Random } from "./random.ts";

const retryAfter = { "retry-after": "1" };
const busy = { error_code: "TEMPORARILY_UNAVAILABLE", message: "Too busy." };

/** What a workspace does on a bad day, and what a network does on any. */
const kinds: Readonly<Record<string, (random: Random) => Fault>> = {
  "429": () => ({
    status: 429,
    headers: retryAfter,
    body: { error_code: "REQUEST_LIMIT_EXCEEDED", message: "Slow down." },
  }),
  "503 with Retry-After": () => ({ status: 503, headers: retryAfter, body: busy }),
  "503": () => ({ status: 503, body: busy }),
  "500": () => ({ status: 500, body: { error_code: "INTERNAL_ERROR", message: "Defect." } }),
  "500, it ran": () => ({
    status: 500,
    afterRun: true,
    body: { error_code: "INTERNAL_ERROR", message: "Defect." },
  }),
  "reset before it ran": () => ({ noReply: "reset" }),
  "reset after it ran": () => ({ noReply: "reset", afterRun: true }),
  silence: () => ({ noReply: "silent" }),
  "silence, it ran": () => ({ noReply: "silent", afterRun: true }),
  slow: (random) => ({ delayMs: random.between(100, 3_000) }),
  "cut in the body": (random) => ({ cutAfterBytes: random.between(0, 5_000) }),
  "silent in the body": (random) => ({ stallBodyAfterBytes: random.between(0, 5_000) }),
  "cut in the request": (random) => ({ cutRequestAfterBytes: random.between(0, 5_000) }),
};

const paths = [
  "/*",
  "/api/2.0/fs/*",
  "/api/2.1/unity-catalog/*",
  "/api/2.0/sql/statements*",
  "/api/2.0/preview/scim/*",
  "/sql/1.0/*",
  "/oidc/*",
];

/** One fault after another, each for one to three requests, until `isOver`. */
export async function makeFaults(
  product: ProductUnderSoak,
  random: Random,
  judge: Judge,
  { everyMs, isOver }: Pace,
): Promise<void> {
  while (!isOver()) {
    const kind = random.pick(Object.keys(kinds));
    const path = random.pick(paths);
    const fault = kinds[kind]?.(random);
    await product.workspace.setFault({
      ...fault,
      path,
      times: random.between(1, 3),
    });
    judge.count(`faults: ${kind}`);
    await sleep(everyMs);
  }
  await product.workspace.clearFaults();
}
