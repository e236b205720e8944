import { expect, test } from "vitest";
import { replaceProcesses } from "./replace-processes.ts";

// By hand, and more often: node scripts/rolling-replacement.ts
test("the gateway and each front door are replaced under load without a failed request", async () => {
  const { requests, ...outcome } = await replaceProcesses(1);
  expect(outcome).toEqual({
    failed: [],
    unknown: 0,
    sentAgain: 0,
    wrongWrites: [],
    slowestMs: expect.any(Number) as number,
  });
  expect(requests).toBeGreaterThan(80);
});
