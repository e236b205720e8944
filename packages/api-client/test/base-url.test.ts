import { afterEach, describe, expect, it, vi } from "vitest";
import { createClient } from "../src/index.ts";

afterEach(() => void vi.unstubAllGlobals());

const baseUrlOf = (baseUrl: string | URL) => createClient({ baseUrl }).baseUrl;

describe("baseUrl", () => {
  it("keeps the path of an address, without a slash at its end", () => {
    expect(baseUrlOf("https://data.example.com/")).toBe("https://data.example.com");
    expect(baseUrlOf(new URL("HTTP://data.example.com:8080/front/door/?a=b#c"))).toBe(
      "http://data.example.com:8080/front/door",
    );
  });

  it.each([
    ["", "http://localhost:5173"],
    ["/", "http://localhost:5173"],
    ["/data/", "http://localhost:5173/data"],
  ])("%j leads to the origin of the page in a browser", (baseUrl, expected) => {
    vi.stubGlobal("location", { origin: "http://localhost:5173", href: "http://localhost:5173/app/page" });
    expect(baseUrlOf(baseUrl)).toBe(expected);
  });

  it.each(["127.0.0.1:3001", "localhost:3001", "data", "./data", "ftp://data.example.com", "https://"])(
    "%j is refused in a browser and elsewhere, with what to write",
    (baseUrl) => {
      const message = `baseUrl must be an address such as https://data.example.com, or in a browser "/", got "${baseUrl}"`;
      expect(() => baseUrlOf(baseUrl)).toThrow(new TypeError(message));
      vi.stubGlobal("location", { origin: "http://localhost:5173", href: "http://localhost:5173/app/page" });
      expect(() => baseUrlOf(baseUrl)).toThrow(new TypeError(message));
    },
  );

  it.each(["", "/", "/data"])("%j is refused where there is no page", (baseUrl) => {
    expect(() => baseUrlOf(baseUrl)).toThrow(/^baseUrl must be an address .* got "/);
  });
});
