import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folderAddress, isWithin, numbered, parentOf, partsOfAddress, pathOf } from "./file-path.ts";

const part = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !text.includes("/"));

describe("the address of a folder", () => {
  it("names the folder again, whatever its name has", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        expect(partsOfAddress(folderAddress(pathOf(parts)))).toEqual(parts);
      }),
    );
  });

  it("that is not percent-encoded properly is taken as it is", () => {
    expect(partsOfAddress("/files/main/100%")).toEqual(["main", "100%"]);
  });

  it("of another page names nothing", () => {
    expect([partsOfAddress("/browse/main"), partsOfAddress("/files"), partsOfAddress("/files/")]).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe("a path", () => {
  it("gets a number before its extension", () => {
    const paths = ["/v/a.csv", "/v/a.tar.gz", "/v/LICENSE", "/v/.env", "/v.1/a"];
    expect(paths.map((path) => numbered(path, 2))).toEqual([
      "/v/a (2).csv",
      "/v/a.tar (2).gz",
      "/v/LICENSE (2)",
      "/v/.env (2)",
      "/v.1/a (2)",
    ]);
  });

  it("lies in a folder only if the folder's whole name is before it", () => {
    expect([isWithin("/v/a/b", "/v/a"), isWithin("/v/a", "/v/a"), isWithin("/v/ab", "/v/a")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(parentOf("/v/a/b")).toBe("/v/a");
  });
});
