import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { databricksToken } from "./credential-header.ts";

const tokenOf = (authorization: readonly string[], accessToken?: string) => {
  const [first] = authorization;
  // As in Node: the first of several, and all of them.
  const req: Partial<IncomingMessage> =
    first === undefined
      ? { headers: {}, headersDistinct: {} }
      : { headers: { authorization: first }, headersDistinct: { authorization: [...authorization] } };
  return databricksToken(req as IncomingMessage, accessToken);
};
const refused = expect.objectContaining({ code: "UNAUTHENTICATED" });

describe("the Databricks token of a request", () => {
  it("is undefined, which means the gateway's own identity, only if the request has no credential", () => {
    expect(tokenOf([])).toBeUndefined();
  });

  it("is the bearer token, whatever the case of the scheme, or the trusted proxy's token", () => {
    expect(tokenOf(["Bearer dapi123"])).toBe("dapi123");
    expect(tokenOf(["bEARER  dapi123"])).toBe("dapi123");
    expect(tokenOf([], "dapi123")).toBe("dapi123");
    expect(tokenOf(["Bearer dapi123"], "dapi123")).toBe("dapi123");
  });

  it("is refused if two users are named", () => {
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
  ])("is refused, and never ignored, in the header %j", (values) => {
    expect(() => tokenOf(values)).toThrow(refused);
    expect(() => tokenOf(values, "a")).toThrow(refused);
  });
});
