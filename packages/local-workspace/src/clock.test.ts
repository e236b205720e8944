import { expect, onTestFinished, test, vi } from "vitest";
import { Clock } from "./clock.ts";

const never = new AbortController().signal;

test("time that is held goes on by steps alone, and wakes whoever has waited long enough", async () => {
  const clock = new Clock(true);
  const start = clock.now();
  const woken: string[] = [];
  const early = clock.wait(1_000, never).then(() => woken.push("early"));
  const late = clock.wait(2_000, never).then(() => woken.push("late"));
  clock.step(999);
  await Promise.resolve();
  expect(woken).toEqual([]);
  clock.step(1);
  await early;
  expect([woken, clock.now() - start]).toEqual([["early"], 1_000]);
  clock.step(5_000);
  await late;
  expect(woken).toEqual(["early", "late"]);
});

test("time that is not held goes on by itself, and a step brings the end of a wait nearer", async () => {
  const clock = new Clock();
  const start = clock.now();
  await clock.wait(1, never);
  const wait = clock.wait(3_600_000, never);
  clock.step(3_600_000);
  await wait;
  expect(clock.now() - start).toBeGreaterThanOrEqual(3_600_000);
});

test("an aborted wait ends at once", async () => {
  const clock = new Clock(true);
  const controller = new AbortController();
  const wait = clock.wait(1_000, controller.signal);
  controller.abort();
  await expect(wait).resolves.toBeUndefined();
  await expect(clock.wait(1_000, controller.signal)).resolves.toBeUndefined();
});

test("a wait longer than a timer of Node's goes on after the timer's end", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const clock = new Clock();
  const [maxMs, dayMs] = [2 ** 31 - 1, 86_400_000];
  let hasEnded = false;
  const wait = clock.wait(maxMs + dayMs, never).then(() => (hasEnded = true));
  await vi.advanceTimersByTimeAsync(maxMs);
  expect(hasEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(dayMs);
  await wait;
  expect(hasEnded).toBe(true);
});
