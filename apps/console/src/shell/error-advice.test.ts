import { FrontDoorError } from "@front-door/api-client";
import { expect, it } from "vitest";
import { errorAdvice } from "./error-advice.ts";

const failures = [
  { code: "CONNECTION_FAILED", status: 0 },
  { code: "GATEWAY_UNAVAILABLE", status: 503 },
  { code: "UPSTREAM_UNREACHABLE", status: 502 },
  { code: "RATE_LIMITED", status: 429 },
  { code: "BUSY", status: 503 },
  { code: "NOT_KNOWN", status: 500 },
];

it.each(failures)("$code is said to be asked again only where it is", ({ code, status }) => {
  const advice = (retryable: boolean, asksAgain: boolean) =>
    errorAdvice(new FrontDoorError("", { code, status, retryable }), asksAgain).advice;
  expect(advice(true, true)).toMatch(/asked again every three seconds/);
  for (const said of [advice(true, false), advice(false, true)]) {
    expect(said).not.toMatch(/asked again|asks again/);
    expect(said).not.toBe("");
  }
});
