import { FrontDoorError } from "@front-door/api-client";
import { expect, it } from "vitest";
import { errorAdvice } from "./error-advice.ts";

const away = { code: "GATEWAY_UNAVAILABLE", status: 503 } as const;
const failures = [
  { code: "CONNECTION_FAILED", status: 0 },
  away,
  { code: "UPSTREAM_UNREACHABLE", status: 502 },
  { code: "RATE_LIMITED", status: 429 },
  { code: "BUSY", status: 503 },
  { code: "NOT_KNOWN", status: 500 },
];

it.each(failures)("$code is said to be asked again only where it is", ({ code, status }) => {
  const advice = (retryable: boolean, asksAgain: boolean) =>
    errorAdvice(new FrontDoorError("", { code, status, retryable }), asksAgain).advice;
  expect(advice(true, true)).toMatch(/asks again every three seconds/);
  for (const said of [advice(true, false), advice(false, true)]) {
    expect(said).not.toMatch(/asked again|asks again/);
    expect(said).not.toBe("");
  }
});

it("says to look before a request runs again that may have taken effect, and not that something is away", () => {
  const error = new FrontDoorError("It broke off.", { ...away, retryable: false, outcome: "unknown" });
  expect(errorAdvice(error, true).advice).toBe("Check whether it took effect, then run it again.");
  expect(errorAdvice(error, true).title).not.toContain("away");
});

it("says what is away while it is asked again", () => {
  const error = new FrontDoorError("It is away.", { ...away, retryable: true });
  expect(errorAdvice(error, true).title).toBe("The gateway is away");
});
