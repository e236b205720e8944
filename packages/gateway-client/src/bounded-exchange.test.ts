import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { boundedExchange } from "./bounded-exchange.ts";

const reply = { status: 200, headers: {}, body: Buffer.alloc(0) };
const onDeadline = () => new Error("too late");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([
  ["is settled", () => undefined],
  ["fails", () => undefined],
  ["is given up by its caller", (caller: AbortController) => caller.abort()],
  ["is late", () => vi.advanceTimersByTime(1_000)],
] as const)("an exchange that %s leaves neither a timer nor a listener", async (how, end) => {
  const caller = new AbortController();
  const givenUp = vi.fn<(reason: Error) => void>();
  const exchange = boundedExchange({ signal: caller.signal, deadlineMs: 1_000, onDeadline }, (settle) => {
    if (how === "is settled") queueMicrotask(() => settle.resolve(reply));
    if (how === "fails") queueMicrotask(() => settle.reject(new Error("broken")));
    return givenUp;
  });
  expect([vi.getTimerCount(), getEventListeners(caller.signal, "abort").length]).toEqual([1, 1]);
  end(caller);
  await exchange.catch(() => undefined);
  expect([vi.getTimerCount(), getEventListeners(caller.signal, "abort").length]).toEqual([0, 0]);
  expect(givenUp).toHaveBeenCalledTimes(how === "is settled" || how === "fails" ? 0 : 1);
});

it("an exchange whose caller is gone already does not begin", async () => {
  const start = vi.fn<() => () => void>();
  await expect(boundedExchange({ signal: AbortSignal.abort() }, start)).rejects.toThrow("aborted");
  expect(start).not.toHaveBeenCalled();
});
