import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { callerIdentity } from "./caller-identity.ts";

const identity = (...authorization: string[]) =>
  callerIdentity({
    headersDistinct: authorization.length > 0 ? { authorization } : {},
  } as Partial<IncomingMessage> as IncomingMessage);

describe("callerIdentity", () => {
  it("is the gateway's own only when there is no credential at all", () => {
    expect(identity()).toBeUndefined();
  });

  it("is the bearer's token, however the scheme is written", () => {
    expect(identity("Bearer dapi123")).toEqual({ token: "dapi123" });
    expect(identity("bEARER  dapi123 ")).toEqual({ token: "dapi123" });
  });

  it.each([
    [[""]],
    [["Bearer"]],
    [["Bearer "]],
    [["Bearer a b"]],
    [["Bearer tokén"]],
    [[`Bearer ${"x".repeat(8193)}`]],
    [["Basic YTpi"]],
    [["dapi123"]],
    [["Bearer a", "Bearer b"]],
  ])("never falls back to it for %j", (values) => {
    expect(() => identity(...values)).toThrow(expect.objectContaining({ code: "UNAUTHENTICATED" }));
  });
});
