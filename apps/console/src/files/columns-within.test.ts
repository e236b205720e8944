import { describe, expect, it } from "vitest";
import { columnsWithin } from "./columns-within.ts";

const mib = 1024 * 1024;
const chunk = (name: string, unpacked: number, packed = 0, values = 0) => ({
  meta_data: {
    path_in_schema: [name],
    total_uncompressed_size: BigInt(unpacked),
    total_compressed_size: BigInt(packed),
    num_values: BigInt(values),
  },
});

describe("columnsWithin", () => {
  it.each([
    ["unpacked bytes", chunk("b", 61 * mib)],
    ["packed bytes", chunk("b", 0, 61 * mib)],
    ["values", chunk("b", 0, 0, 61 * mib)],
  ])("leaves out a column with more %s than fit beside those before it", (_what, large) => {
    expect(columnsWithin([chunk("a", 4 * mib), large, chunk("c", 1)], ["a", "b", "c"])).toEqual(["a"]);
    expect(columnsWithin([chunk("a", 3 * mib), large], ["a", "b"])).toEqual(["a", "b"]);
  });

  it("has a first column of up to 128 MiB, and none where it is larger", () => {
    expect(columnsWithin([chunk("a", 128 * mib), chunk("b", 1)], ["a", "b"])).toEqual(["a"]);
    expect(columnsWithin([chunk("a", 128 * mib + 1), chunk("b", 1)], ["a", "b"])).toEqual([]);
  });

  it("takes all parts of a nested column together", () => {
    const parts = [chunk("a", 1), chunk("b", 40 * mib), chunk("b", 40 * mib)];
    expect(columnsWithin(parts, ["a", "b"])).toEqual(["a"]);
  });
});
