import { OperationError } from "./errors.ts";
import { securableName } from "./securable-name.ts";

// A part is either `quoted`, with every backtick inside doubled, or plain text without a backtick or a period.
const part = /(?:`((?:[^`]|``)+)`|([^`.]+))/u;
const twoParts = new RegExp(`^${part.source}\\.${part.source}$`, "u");

export interface CatalogSchema {
  readonly catalog: string;
  readonly schema: string;
  /** `catalog.schema`, with backticks only around a name that contains one. */
  readonly text: string;
}

/**
 * Reads `catalog.schema`, each part plain or in backticks as in SQL. White space around the whole is ignored. Throws an
 * INVALID_PARAMETER_VALUE {@link OperationError}.
 */
export function parseCatalogSchema(given: string): CatalogSchema {
  const [, quotedCatalog, plainCatalog, quotedSchema, plainSchema] = twoParts.exec(given.trim()) ?? [];
  const catalog = quotedCatalog?.replaceAll("``", "`") ?? plainCatalog ?? "";
  const schema = quotedSchema?.replaceAll("``", "`") ?? plainSchema ?? "";
  const names = [catalog, schema];
  if (!names.every((name) => securableName.safeParse(name).success)) {
    const message =
      'must be "catalog.schema": two names without spaces, periods, forward slashes or control characters';
    throw new OperationError("INVALID_PARAMETER_VALUE", `schema: ${message}`, {
      details: [{ field: "schema", message }],
    });
  }
  const text = names
    .map((name) => (name.includes("`") ? `\`${name.replaceAll("`", "``")}\`` : name))
    .join(".");
  return { catalog, schema, text };
}
