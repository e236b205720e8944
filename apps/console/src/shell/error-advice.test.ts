import { FrontDoorError } from "@front-door/api-client";
import { expect, it } from "vitest";
import { errorAdvice } from "./error-advice.ts";

const away = { code: "GATEWAY_UNAVAILABLE", status: 503 } as const;

it("says to look before a request runs again that may have taken effect, and not that something is away", () => {
  const error = new FrontDoorError("It broke off.", { ...away, retryable: false, outcome: "unknown" });
  expect(errorAdvice(error).advice).toBe("Check whether it took effect, then run it again.");
  expect(errorAdvice(error).title).not.toContain("away");
});

it("says what is away while it is asked again", () => {
  const error = new FrontDoorError("It is away.", { ...away, retryable: true });
  expect(errorAdvice(error).title).toBe("The gateway is away");
});
