import { expect, test } from "vitest";
import { FairLimit, type FairLimitOptions } from "./fair-limit.ts";

const alone = "alice";

const refusal = (reason: string, most: number) => new Error(`${reason}: ${most}`);

function limitOf(options: Partial<FairLimitOptions>): FairLimit {
  return new FairLimit({ max: 1, sharePercent: 100, waitMs: 60_000, refusal, ...options });
}

test("a request that is abandoned while it waits gives its turn to the next one", async () => {
  const limit = limitOf({ waitingMax: 5 });
  await limit.enter(alone);
  const gone = new AbortController();
  const impatient = limit.enter(alone, 1, gone.signal);
  const patient = limit.enter(alone);
  gone.abort(new Error("gone"));
  await expect(impatient).rejects.toThrow("gone");
  limit.leave(alone);
  await patient;
  limit.leave(alone);
  await limit.enter(alone);
});

test("a request is refused when its turn does not come in time, or when the queue is full", async () => {
  const limit = limitOf({ waitingMax: 1, waitMs: 20 });
  await limit.enter(alone);
  const waiting = limit.enter(alone);
  expect(() => limit.check()).toThrow("full: 1");
  await expect(limit.enter(alone)).rejects.toThrow("full: 1");
  await expect(limit.enter("bob")).rejects.toThrow("full: 1");
  await expect(waiting).rejects.toThrow("full: 1");
  limit.leave(alone);
  await limit.enter(alone);
});

test("only a caller that uses all of its share is refused, until it gives some of it back", async () => {
  const limit = limitOf({ max: 4, sharePercent: 50 });
  await limit.enter("alice");
  await limit.enter("alice");
  await expect(limit.enter("alice")).rejects.toThrow("share: 2");
  await limit.enter("bob");
  expect(() => limit.check()).not.toThrow();
  limit.leave("alice");
  await limit.enter("alice");
  await limit.enter("bob");
  await expect(limit.enter("carol")).rejects.toThrow("full: 4");
});

test("a caller that waits for its own share does not delay those behind it", async () => {
  const limit = limitOf({ max: 4, sharePercent: 50, waitingMax: 10 });
  await limit.enter("alice", 2);
  const waiting = limit.enter("alice");
  await limit.enter("bob", 2);
  const behind = limit.enter("carol");
  limit.leave("bob", 1);
  await behind;
  limit.leave("alice", 2);
  await waiting;
  expect(limit.used).toBe(3);
});

test("one caller cannot fill the queue for others", async () => {
  const limit = limitOf({ max: 2, sharePercent: 50, waitingMax: 4 });
  await limit.enter("alice");
  await limit.enter("bob");
  const queued = [limit.enter("alice"), limit.enter("alice")];
  await expect(limit.enter("alice")).rejects.toThrow("share: 1");
  const patient = limit.enter("carol");
  limit.leave("bob");
  await patient;
  for (const turn of queued) {
    limit.leave("alice");
    await turn;
  }
});

test("a large amount that waits is not overtaken by small ones", async () => {
  const limit = limitOf({ max: 10, waitingMax: 10 });
  await limit.enter("alice", 9);
  const large = limit.enter("bob", 8);
  expect(limit.tryEnter("carol", 1)).toBe(false);
  const small = limit.enter("carol", 1);
  limit.leave("alice", 9);
  await Promise.all([large, small]);
  expect(limit.used).toBe(9);
});

test("requests behind one that gives up get what it waited for", async () => {
  const limit = limitOf({ max: 10, waitingMax: 10 });
  await limit.enter("alice", 5);
  const gone = new AbortController();
  const large = limit.enter("bob", 8, gone.signal);
  const small = limit.enter("carol", 2);
  gone.abort(new Error("gone"));
  await expect(large).rejects.toThrow("gone");
  await small;
});

test("an optional amount takes no more than a part of the total and of its caller's share", async () => {
  const limit = limitOf({ max: 16, sharePercent: 50 });
  await limit.enter("alice", 2);
  expect(limit.tryEnter("alice", 3, 0.5)).toBe(false);
  expect(limit.tryEnter("alice", 2, 0.5)).toBe(true);
  await limit.enter("bob", 5);
  expect(limit.tryEnter("carol", 0, 0.5)).toBe(false);
  await limit.enter("carol", 7);
});

test("a caller that uses nothing may take more than its share at once", async () => {
  const limit = limitOf({ max: 10, sharePercent: 10, waitingMax: 0 });
  await limit.enter("alice", 4);
  expect(limit.tryEnter("alice", 1)).toBe(false);
});

test("a limit keeps nothing about callers that are gone, whether they were served, refused or left", async () => {
  const limit = limitOf({ max: 4, sharePercent: 50, waitingMax: 10, waitMs: 1 });
  const left = AbortSignal.abort(new Error("left"));
  for (let index = 0; index < 100; index++) {
    const entered = Array.from({ length: 6 }, () => limit.enter(`caller ${index}`));
    const results = await Promise.allSettled([...entered, limit.enter(`caller ${index}`, 1, left)]);
    for (const { status } of results) if (status === "fulfilled") limit.leave(`caller ${index}`);
  }
  expect(limit.used).toBe(0);
  await limit.enter("alice");
});
