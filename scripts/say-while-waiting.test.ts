import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sayWhileWaiting } from "./say-while-waiting.ts";

describe("sayWhileWaiting", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("says every two seconds what it waits for, and nothing more once that is done", async () => {
    const lines: string[] = [];
    const work = Promise.withResolvers<string>();
    const waiting = sayWhileWaiting((line) => lines.push(line), "api to listen", work.promise);
    vi.advanceTimersByTime(1_999);
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(2_001);
    work.resolve("done");
    expect(await waiting).toBe("done");
    vi.advanceTimersByTime(10_000);
    expect(lines).toEqual(["Waiting for api to listen (2 s) ...", "Waiting for api to listen (4 s) ..."]);
  });

  it("passes a failure on and says nothing after it", async () => {
    const lines: string[] = [];
    const waiting = sayWhileWaiting((line) => lines.push(line), "it", Promise.reject(new Error("no")));
    await expect(waiting).rejects.toThrow("no");
    vi.advanceTimersByTime(10_000);
    expect(lines).toEqual([]);
  });
});
