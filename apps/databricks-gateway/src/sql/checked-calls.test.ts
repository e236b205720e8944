import { describe, expect, it } from "vitest";
import { RetryBudget } from "../databricks/retry-budget.ts";
import { checkCalls } from "./checked-calls.ts";

type Calls = Parameters<typeof checkCalls>[0];
const status = { statusCode: 0 };

/** The driver's calls, each answered with this reply, after the checks. */
function answeredWith(reply: object) {
  const names = [
    "openSession",
    "executeStatement",
    "fetchResults",
    "getOperationStatus",
    "getResultSetMetadata",
    "cancelOperation",
    "closeOperation",
    "closeSession",
  ];
  const calls = Object.fromEntries(names.map((name) => [name, async () => reply]));
  // Only the replies matter here, and the driver's types have every field.
  checkCalls(calls as unknown as Calls, new RetryBudget());
  return calls as Record<string, (request: object) => Promise<unknown>>;
}

describe("a reply with rows is refused", () => {
  it.each([
    ["hasMoreRows is absent", { results: {} }],
    ["hasMoreRows is null", { results: {}, hasMoreRows: null }],
    ["results is absent", { hasMoreRows: false }],
    ["both are absent", {}],
  ])("if %s", async (_, part) => {
    const fetched = answeredWith({ status, ...part })["fetchResults"]?.({});
    await expect(fetched).rejects.toMatchObject({ kind: "unreadable" });
    const resultSet = { status, ...part };
    const executed = answeredWith({ status, operationHandle: {}, directResults: { resultSet } })[
      "executeStatement"
    ]?.({});
    await expect(executed).rejects.toMatchObject({ kind: "unreadable" });
  });
});

it("a reply with rows that says whether more follow is passed on", async () => {
  for (const hasMoreRows of [true, false]) {
    const resultSet = { status, results: {}, hasMoreRows };
    expect(await answeredWith(resultSet)["fetchResults"]?.({})).toBe(resultSet);
    const reply = { status, operationHandle: {}, directResults: { resultSet, closeOperation: null } };
    expect(await answeredWith(reply)["executeStatement"]?.({})).toBe(reply);
  }
});
