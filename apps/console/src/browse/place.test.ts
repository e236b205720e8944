import { describe, expect, it } from "vitest";
import { addressesTo, addressOf, canonicalAddress, placeOf, sqlName } from "./place.ts";

const table = { catalog: "main", schema: "a/b c", kind: "tables", name: "100 % ü?#" } as const;

describe("the address of a place", () => {
  it.each([{ catalog: "main" }, { catalog: "ma in", schema: "x" }, table])("names %j again", (place) => {
    expect(placeOf(addressOf(place))).toEqual(place);
  });

  it("has a part for each name, whatever is in it", () => {
    expect(addressOf(table).split("/")).toHaveLength(6);
  });

  it("is no place outside of /browse", () => {
    expect([placeOf("/browse"), placeOf("/browse/"), placeOf("/status"), placeOf("/")]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("that is not percent-encoded properly is taken as it is", () => {
    expect(placeOf("/browse/100%")).toEqual({ catalog: "100%" });
  });

  it.each(["my cat", "zürich", "a[b]", "a/b", "100 %", "it's", "x%41"])(
    "is the same for %j, decoded or not",
    (catalog) => {
      const address = addressOf({ catalog, schema: catalog });
      // As the router does it: all but what has a meaning in a path.
      const decoded = address.split("%25").map(decodeURI).join("%25");
      expect([canonicalAddress(address), canonicalAddress(decoded)]).toEqual([address, address]);
    },
  );

  it("lies below those of its catalog and its schema", () => {
    expect(addressesTo({ catalog: "a", schema: "b", kind: "volumes", name: "c" })).toEqual([
      "/browse/a",
      "/browse/a/b",
      "/browse/a/b/volumes/c",
    ]);
    expect(addressesTo({ catalog: "a" })).toEqual(["/browse/a"]);
  });
});

describe("a name in SQL", () => {
  it("has backticks only where it needs them, and doubles those in it", () => {
    expect(sqlName("main", "my schema", "a`b", "_x1", "1x")).toBe("main.`my schema`.`a``b`._x1.`1x`");
  });
});
