import { describe, expect, it } from "vitest";
import { rateLimitOf } from "./recent-requests.ts";

describe("rateLimitOf", () => {
  it("reads how many requests per minute a caller has, and how many are left", () => {
    const headers = new Headers({
      "ratelimit-policy": '"caller"; q=1200; w=60',
      ratelimit: '"caller"; r=1187; t=42',
    });
    expect(rateLimitOf(headers)).toEqual({ perMinute: 1200, left: 1187 });
  });

  it("is undefined where requests are not limited", () => {
    expect(rateLimitOf(new Headers())).toBeUndefined();
  });
});
