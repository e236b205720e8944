import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCatalogSchema, parseCatalogSchema } from "./catalog-schema.ts";
import { OperationError } from "./errors.ts";

describe("catalog.schema", () => {
  it.each([
    ["main.sales", "main", "sales"],
    ["  main.sales\n", "main", "sales"],
    ["`main`.sales", "main", "sales"],
    ["main.`my-schema`", "main", "my-schema"],
    ["`we``ird`.`x`", "we`ird", "x"],
    ["dev_käse.продажи", "dev_käse", "продажи"],
  ])("%j is read", (text, catalog, schema) => {
    expect(parseCatalogSchema(text)).toEqual({ catalog, schema });
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
  ])("%j is refused, and the error names the field", (text) => {
    expect(() => parseCatalogSchema(text)).toThrow(OperationError);
    expect(() => parseCatalogSchema(text)).toThrow(/^schema: must be "catalog\.schema"/);
  });

  it("is written so that it reads back", () => {
    const name = fc.stringMatching(/^[^\s./\p{Cc}]{1,30}$/u).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(name, name, (catalog, schema) => {
        expect(parseCatalogSchema(formatCatalogSchema({ catalog, schema }))).toEqual({ catalog, schema });
      }),
    );
  });
});
