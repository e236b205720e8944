import { OperationError } from "./errors.ts";
import { securableName } from "./securable-name.ts";

// A part is either `quoted`, with every backtick inside doubled, or plain text without a backtick or a period.
const part = /(?:`((?:[^`]|``)+)`|([^`.]+))/u;
const twoParts = new RegExp(`^${part.source}\\.${part.source}$`, "u");

/**
 * Reads `catalog.schema`, each part plain or in backticks as in SQL, and returns it with backticks only around a name that
 * contains one. White space around the whole is ignored. Throws an INVALID_PARAMETER_VALUE {@link OperationError}.
 */
export function normalizeCatalogSchema(text: string): string {
  const [, quotedCatalog, plainCatalog, quotedSchema, plainSchema] = twoParts.exec(text.trim()) ?? [];
  const parts = [
    [quotedCatalog, plainCatalog],
    [quotedSchema, plainSchema],
  ];
  const names = parts.map(([quoted, plain]) => quoted?.replaceAll("``", "`") ?? plain ?? "");
  if (!names.every((name) => securableName.safeParse(name).success)) {
    const message =
      'must be "catalog.schema": two names without spaces, periods, forward slashes or control characters';
    throw new OperationError("INVALID_PARAMETER_VALUE", `schema: ${message}`, {
      details: [{ field: "schema", message }],
    });
  }
  return names.map((name) => (name.includes("`") ? `\`${name.replaceAll("`", "``")}\`` : name)).join(".");
}
