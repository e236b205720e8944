import { describe, expect, it } from "vitest";
import type { Again } from "../databricks/repeat-call.ts";
import { RetryBudget } from "../databricks/retry-budget.ts";
import { CallFailure, StatusFailure } from "./call-failure.ts";
import { executing, fetching, harmless, isSurelyNotRun, repeatSqlCall } from "./repeat-sql-call.ts";

const answered = (status: number, headers: Record<string, string> = {}) =>
  new CallFailure("status", `Databricks answered ${status}`, { reply: { status, headers, text: "" } });
const refused = (errorMessage: string) =>
  new StatusFailure("executeStatement", { statusCode: 3, errorMessage });

const failures: Record<string, unknown> = {
  "503 with Retry-After": answered(503, { "retry-after": "1" }),
  "429 with Retry-After": answered(429, { "retry-after": "1" }),
  "not ready": refused("SQL warehouse 1 is not ready (current state: STARTING)"),
  "not ready, of a later call": new StatusFailure("fetchResults", {
    statusCode: 3,
    errorMessage: "SQL warehouse 1 is not ready (current state: STARTING)",
  }),
  "503": answered(503),
  "429": answered(429),
  "lost session": refused("Invalid SessionHandle: SessionHandle [1]"),
  "no connection": new CallFailure("not connected", ""),
  "no reply": new CallFailure("no reply", ""),
  cut: new CallFailure("cut", ""),
  "502": answered(502),
  "504": answered(504),
  "500": answered(500),
  unreadable: new CallFailure("unreadable", ""),
  late: new CallFailure("late", ""),
  "400": answered(400),
  "404": answered(404),
  "501": answered(501),
  "syntax error": refused("[PARSE_SYNTAX_ERROR] no"),
  "unknown words": refused("Could not find session 12"),
  defect: new TypeError("x"),
};

/** How often a call is sent again after this failure: at most ten times. */
function repeats(again: Again, failure: unknown): number {
  for (let attempt = 1; attempt <= 10; attempt++)
    if (again(failure, attempt) === undefined) return attempt - 1;
  return 10;
}

// The table of docs/sdk-transport.md, "What is repeated". Ten means until there is no time left.
describe.each<[string, Again, Record<string, number>]>([
  [
    "a call that may run twice",
    harmless,
    {
      "503 with Retry-After": 10,
      "429 with Retry-After": 10,
      "not ready": 10,
      "503": 10,
      "429": 10,
      "no connection": 2,
      "no reply": 2,
      cut: 2,
      "502": 2,
      "504": 2,
      "500": 2,
    },
  ],
  [
    "a statement that may write",
    executing({ reads: () => false, isSessionReused: () => true }),
    {
      "503 with Retry-After": 10,
      "429 with Retry-After": 10,
      "not ready": 10,
      "lost session": 10,
      "no connection": 2,
    },
  ],
  [
    "a statement that only reads, in a reused session",
    executing({ reads: () => true, isSessionReused: () => true }),
    {
      "503 with Retry-After": 10,
      "429 with Retry-After": 10,
      "not ready": 10,
      "503": 2,
      "429": 2,
      "lost session": 10,
      "no connection": 2,
      "no reply": 1,
      "400": 1,
      "404": 1,
      "unknown words": 1,
    },
  ],
  [
    "a statement that only reads, in a new session",
    executing({ reads: () => true, isSessionReused: () => false }),
    {
      "503 with Retry-After": 10,
      "429 with Retry-After": 10,
      "not ready": 10,
      "503": 2,
      "429": 2,
      "lost session": 10,
      "no connection": 2,
      "no reply": 1,
    },
  ],
  [
    "a fetch",
    fetching,
    {
      "503 with Retry-After": 10,
      "429 with Retry-After": 10,
      "503": 10,
      "429": 10,
      "no connection": 2,
    },
  ],
])("%s is sent again", (_, again, times) => {
  it.each(Object.keys(failures))("after %s as often as it is safe", (name) => {
    expect(repeats(again, failures[name])).toBe(times[name] ?? 0);
  });
});

it("isSurelyNotRun is true only for failures that prove the call did not run", () => {
  expect(Object.keys(failures).filter((name) => isSurelyNotRun(failures[name]))).toEqual([
    "503 with Retry-After",
    "429 with Retry-After",
    "not ready",
    "lost session",
    "no connection",
  ]);
});

/** A call that fails so many times. */
function failing(failure: unknown, times: number) {
  let calls = 0;
  return {
    calls: () => calls,
    call: async () => {
      calls += 1;
      if (calls <= times) throw failure;
      return "done";
    },
  };
}

const fresh = () => ({ budget: new RetryBudget() });
const within = (ms: number) => ({ endsAt: performance.now() + ms });

describe("a repeated call", () => {
  it("ends once it succeeds", async () => {
    const { call, calls } = failing(answered(503), 2);
    expect(await repeatSqlCall(call, harmless, within(60_000), fresh())).toBe("done");
    expect(calls()).toBe(3);
  });

  it("is not sent a second time when too little time is left, or when Retry-After is later than the deadline", async () => {
    for (const [failure, ms] of [
      [answered(503), 400],
      [answered(503, { "retry-after": "60" }), 30_000],
    ] as const) {
      const { call, calls } = failing(failure, 9);
      await expect(repeatSqlCall(call, harmless, within(ms), fresh())).rejects.toBe(failure);
      expect(calls()).toBe(1);
    }
  });

  it("uses the time until the deadline, except for the last half second", async () => {
    const { call, calls } = failing(answered(503), 99);
    const startedAt = performance.now();
    await expect(repeatSqlCall(call, harmless, within(2_000), fresh())).rejects.toMatchObject({
      kind: "status",
    });
    expect(performance.now() - startedAt).toBeGreaterThan(1_400);
    expect(calls()).toBeGreaterThan(3);
  });

  it("ends when its caller hangs up", async () => {
    const caller = new AbortController();
    const failure = answered(503, { "retry-after": "30" });
    const { call, calls } = failing(failure, 9);
    const repeated = repeatSqlCall(call, harmless, { ...within(60_000), signal: caller.signal }, fresh());
    caller.abort();
    await expect(repeated).rejects.toBe(failure);
    expect(calls()).toBe(1);
  });
});
