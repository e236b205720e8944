import { OperationError } from "./errors.ts";
import { isSecurableName } from "./securable-name.ts";

export interface CatalogSchema {
  readonly catalog: string;
  readonly schema: string;
}

// A part is either `quoted`, with every backtick inside doubled, or plain text without a backtick or a period.
const part = /(?:`((?:[^`]|``)+)`|([^`.]+))/u;
const twoParts = new RegExp(`^${part.source}\\.${part.source}$`, "u");

/**
 * Reads `catalog.schema`. Either part may be in backticks as in SQL, where a backtick inside is doubled. White space around
 * the whole is ignored. Throws an INVALID_PARAMETER_VALUE {@link OperationError} for anything else.
 */
export function parseCatalogSchema(text: string): CatalogSchema {
  const [, quotedCatalog, plainCatalog, quotedSchema, plainSchema] = twoParts.exec(text.trim()) ?? [];
  const catalog = quotedCatalog?.replaceAll("``", "`") ?? plainCatalog;
  const schema = quotedSchema?.replaceAll("``", "`") ?? plainSchema;
  if (
    catalog === undefined ||
    schema === undefined ||
    !isSecurableName(catalog) ||
    !isSecurableName(schema)
  ) {
    const message =
      'must be "catalog.schema": two names without spaces, periods, forward slashes or control characters';
    throw new OperationError("INVALID_PARAMETER_VALUE", `schema: ${message}`, {
      details: [{ field: "schema", message }],
    });
  }
  return { catalog, schema };
}

/** The text that {@link parseCatalogSchema} reads back: with backticks only around a name that has one. */
export function formatCatalogSchema({ catalog, schema }: CatalogSchema): string {
  return [catalog, schema]
    .map((name) => (name.includes("`") ? `\`${name.replaceAll("`", "``")}\`` : name))
    .join(".");
}
