import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCatalogSchema } from "./catalog-schema.ts";
import { OperationError } from "./errors.ts";

const quoted = (text: string) => `\`${text.replaceAll("`", "``")}\``;

describe("parseCatalogSchema", () => {
  it.each([
    ["main.sales", "main.sales"],
    ["  main.sales\n", "main.sales"],
    ["`main`.sales", "main.sales"],
    ["main.`my-schema`", "main.my-schema"],
    ["`we``ird`.`x`", "`we``ird`.x"],
    ["dev_käse.продажи", "dev_käse.продажи"],
  ])("reads %j as %j", (text, normal) => {
    expect(parseCatalogSchema(text).text).toBe(normal);
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
    expect(() => parseCatalogSchema(text)).toThrow(OperationError);
    expect(() => parseCatalogSchema(text)).toThrow(/^schema: must be "catalog\.schema"/);
  });

  it("keeps both names, whatever they contain", () => {
    const name = fc.stringMatching(/^[^\s./\p{Cc}]{1,30}$/u).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(name, name, (catalog, schema) => {
        const parts = [catalog, schema].map((text) => (text.includes("`") ? quoted(text) : text));
        const normal = { catalog, schema, text: parts.join(".") };
        expect(parseCatalogSchema(`${quoted(catalog)}.${quoted(schema)}`)).toEqual(normal);
        expect(parseCatalogSchema(normal.text)).toEqual(normal);
      }),
    );
  });
});
