import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { databricksToken } from "./databricks-token.ts";

const tokenOf = (authorization: readonly string[], accessToken?: string) => {
  const [first] = authorization;
  // As Node gives them: the first of several, and all of them.
  const req: Partial<IncomingMessage> =
    first === undefined
      ? { headers: {}, headersDistinct: {} }
      : { headers: { authorization: first }, headersDistinct: { authorization: [...authorization] } };
  return databricksToken(req as IncomingMessage, {
    trusted: accessToken !== undefined,
    accessToken,
    userName: undefined,
  });
};
const refused = expect.objectContaining({ code: "UNAUTHENTICATED" });

describe("the Databricks token of a request", () => {
  it("is none, which means the gateway's own identity, only when there is no credential at all", () => {
    expect(tokenOf([])).toBeUndefined();
  });

  it("is the bearer's, however the scheme is written, or the trusted proxy's", () => {
    expect(tokenOf(["Bearer dapi123"])).toBe("dapi123");
    expect(tokenOf(["bEARER  dapi123 "])).toBe("dapi123");
    expect(tokenOf([], "dapi123")).toBe("dapi123");
    expect(tokenOf(["Bearer dapi123"], "dapi123")).toBe("dapi123");
  });

  it("is never one of two different users", () => {
    expect(() => tokenOf(["Bearer dapi123"], "dapi456")).toThrow(refused);
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
    [["Bearer a", "Bearer a"]],
  ])("never falls back to none for %j", (values) => {
    expect(() => tokenOf(values)).toThrow(refused);
    expect(() => tokenOf(values, "a")).toThrow(refused);
  });
});
