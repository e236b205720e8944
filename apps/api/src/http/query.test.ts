import { OperationError, operations } from "@front-door/operations";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { queryReader } from "./query.ts";

const schema = z.strictObject({
  text: z.string().optional(),
  count: z.int().min(1).max(10).optional(),
  flag: z.boolean().default(false),
});

const readQuery = (url: string, type: z.ZodObject) => queryReader(type)(url);

function refusal(query: string, type: z.ZodObject = schema) {
  try {
    readQuery(`/x?${query}`, type);
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error(`accepted: ${query}`);
}

describe("a query reader", () => {
  it("reads numbers and booleans as the schema has them, and fills defaults", () => {
    expect(readQuery("/x", schema)).toEqual({ flag: false });
    expect(readQuery("/x?text=1&count=7&flag=true", schema)).toEqual({ text: "1", count: 7, flag: true });
    expect(readQuery("/x?text=a%2Bb+c&", schema)).toEqual({ text: "a+b c", flag: false });
    expect(readQuery("/x?text=a=b?c", schema)).toEqual({ text: "a=b?c", flag: false });
  });

  it.each([
    ["flag=yes", "flag"],
    ["flag=", "flag"],
    ["flag=TRUE", "flag"],
    ["count=0", "count"],
    ["count=11", "count"],
    ["count=1.5", "count"],
    ["count=0x1", "count"],
    ["count=1e1", "count"],
    ["count=%201", "count"],
    ["text=a&text=b", "text"],
    ["nothing=1", "nothing"],
    ["__proto__=1", "__proto__"],
    ["constructor=1", "constructor"],
    ["text[x]=1", "text[x]"],
  ])("refuses %s and names the field", (query, field) => {
    const error = refusal(query);
    expect(error).toMatchObject({ code: "INVALID_PARAMETER_VALUE", status: 400 });
    expect(error.details?.map((detail) => detail.field)).toContain(field);
    expect(error.message).toContain(field);
  });

  it("names every unknown parameter", () => {
    expect(refusal("a=1&b=2").details?.map((detail) => detail.field)).toEqual(["a", "b"]);
  });

  it("decodes any path that a client encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), (name) => {
        const path = `/Volumes/main/default/files/${name}`;
        if (!operations.read_file.params.safeParse({ path }).success) return;
        const shape = z.strictObject({ path: z.string() });
        expect(readQuery(`/x?path=${encodeURIComponent(path)}`, shape)).toEqual({ path });
        expect(readQuery(`/x?${new URLSearchParams({ path }).toString()}`, shape)).toEqual({ path });
      }),
    );
  });
});
