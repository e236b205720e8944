/** The type of a column or a parameter, as every reply has it. */
interface SqlType {
  /** The name without parameters: `DECIMAL`, `ARRAY`, `INTERVAL DAY TO SECOND`. */
  readonly type: string;
  /** The whole type: `DECIMAL(10,2)`, `ARRAY<INT>`. */
  readonly type_text: string;
}

/** The type of a text in which Databricks writes it, in whatever case. */
export function sqlTypeOf(text: string): SqlType {
  // The names of a STRUCT's fields keep their case.
  const type_text = /\bstruct\b/i.test(text) ? text : text.toUpperCase();
  const [type = text] = /^(?:INTERVAL\b[A-Z ]*|\w+)/i.exec(text) ?? [];
  return { type: type.trim().toUpperCase(), type_text };
}

/** Unity Catalog names some types as Spark does. */
const sqlNames: Readonly<Record<string, string>> = {
  BYTE: "TINYINT",
  SHORT: "SMALLINT",
  LONG: "BIGINT",
  NULL: "VOID",
};

/** The two fields for those of Unity Catalog. What is odd stays as it is, for the check of the whole result. */
export function unityCatalogType(
  typeName: unknown,
  typeText: unknown,
): { type?: unknown; type_text?: unknown } {
  if (typeof typeText === "string" && typeText !== "") return sqlTypeOf(typeText);
  const type = typeof typeName === "string" ? (sqlNames[typeName] ?? typeName) : typeName;
  return { type, type_text: typeText };
}
