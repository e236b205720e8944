import { expect, test } from "vitest";
import { ConcurrencyLimit } from "./concurrency-limit.ts";

test("a caller that hangs up while it waits passes its turn to the next one", async () => {
  const limit = new ConcurrencyLimit({ max: 1, waitingMax: 5, waitMs: 60_000, what: "things" });
  await limit.enter();
  const gone = new AbortController();
  const impatient = limit.enter(gone.signal);
  const patient = limit.enter();
  gone.abort();
  await expect(impatient).rejects.toMatchObject({ code: "CANCELLED" });
  limit.leave();
  await patient;
  limit.leave();
  await limit.enter();
});

test("a caller whose turn does not come in time is refused, and so is one beyond the queue", async () => {
  const limit = new ConcurrencyLimit({ max: 1, waitingMax: 1, waitMs: 20, what: "things" });
  await limit.enter();
  const waiting = limit.enter();
  const refusal = { code: "TEMPORARILY_UNAVAILABLE", status: 503, retryAfterSeconds: 1 };
  expect(() => limit.check()).toThrow("Too many things at once: the limit is 1.");
  await expect(limit.enter()).rejects.toMatchObject(refusal);
  await expect(waiting).rejects.toMatchObject(refusal);
  limit.leave();
  await limit.enter();
});
