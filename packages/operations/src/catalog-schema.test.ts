import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeCatalogSchema } from "./catalog-schema.ts";
import { OperationError } from "./errors.ts";

const quoted = (text: string) => `\`${text.replaceAll("`", "``")}\``;

describe("normalizeCatalogSchema", () => {
  it.each([
    ["main.sales", "main.sales"],
    ["  main.sales\n", "main.sales"],
    ["`main`.sales", "main.sales"],
    ["main.`my-schema`", "main.my-schema"],
    ["`we``ird`.`x`", "`we``ird`.x"],
    ["dev_käse.продажи", "dev_käse.продажи"],
  ])("reads %j as %j", (text, normal) => {
    expect(normalizeCatalogSchema(text)).toBe(normal);
  });

  it.each([
    "",
    "main",
    "main.",
    ".sales",
    "a.b.c",
    "main.sa les",
    "`main.sales`",
    "`a.b`.c",
    "`a.b",
    "a`.b",
    "a/b.c",
    "a\0.b",
  ])("refuses %j and names the field", (text) => {
    expect(() => normalizeCatalogSchema(text)).toThrow(OperationError);
    expect(() => normalizeCatalogSchema(text)).toThrow(/^schema: must be "catalog\.schema"/);
  });

  it("keeps both names, whatever they contain", () => {
    const name = fc.stringMatching(/^[^\s./\p{Cc}]{1,30}$/u).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(name, name, (catalog, schema) => {
        const normal = normalizeCatalogSchema(`${quoted(catalog)}.${quoted(schema)}`);
        const parts = [catalog, schema].map((text) => (text.includes("`") ? quoted(text) : text));
        expect(normal).toBe(parts.join("."));
        expect(normalizeCatalogSchema(normal)).toBe(normal);
      }),
    );
  });
});
