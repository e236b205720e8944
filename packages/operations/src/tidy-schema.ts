/** A JSON Schema while it is being made, by zod. */
export interface JsonSchemaDraft {
  description?: string | undefined;
  default?: unknown;
  type?: unknown;
  maximum?: number | undefined;
  minimum?: number | undefined;
  propertyNames?: unknown;
  properties?: Record<string, unknown> | undefined;
  required?: string[] | undefined;
  oneOf?: unknown[] | undefined;
  [keyword: string]: unknown;
}

/**
 * Makes a schema one that code generators type well. Many take a field with a `default` for required, so the default stands
 * in the description alone. Bounds that every integer has are left out. An object whose `oneOf` only says which fields are
 * required, which makes `unknown`, becomes one whole object for each case.
 */
export function tidySchema(schema: JsonSchemaDraft): void {
  if ("default" in schema) {
    const { default: value, description = "" } = schema;
    delete schema.default;
    const isShown = JSON.stringify(value) !== "[]" && !/default|without this/i.test(description);
    if (isShown) schema.description = `${description} Default: ${JSON.stringify(value)}.`.trim();
  }
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (JSON.stringify(schema.propertyNames) === '{"type":"string"}') delete schema.propertyNames;
  const { oneOf = [], properties, required = [] } = schema;
  const cases = oneOf.flatMap((each) => requiredOf(each) ?? []);
  if (properties === undefined || cases.length === 0) return;
  const alternatives = new Set(cases);
  schema.oneOf = cases.map((name) => ({
    type: "object",
    properties: Object.fromEntries(
      Object.entries(properties).filter(([key]) => key === name || !alternatives.has(key)),
    ),
    required: [...required, name],
    additionalProperties: false,
  }));
  for (const keyword of ["type", "properties", "required", "additionalProperties"]) delete schema[keyword];
}

/** The names in `{ required: [...] }`, if that is all it has. */
function requiredOf(schema: unknown): readonly string[] | undefined {
  if (typeof schema !== "object" || schema === null || Object.keys(schema).join() !== "required")
    return undefined;
  return (schema as { readonly required: readonly string[] }).required;
}
