/** What a schema contains, by the word in its address. */
export const kinds = ["tables", "volumes", "functions"] as const;
export type Kind = (typeof kinds)[number];

/** Where something is in the catalog. Without a schema it is a catalog, without a kind and a name a schema. */
export interface Place {
  readonly catalog: string;
  readonly schema?: string;
  readonly kind?: Kind;
  readonly name?: string;
}

/** The address of its page. */
export function addressOf({ catalog, schema, kind, name }: Place): string {
  const parts = [catalog, schema, kind, name].filter((part) => part !== undefined);
  return ["/browse", ...parts.map(encodeURIComponent)].join("/");
}

/** The place that an address names. Undefined for any other address. */
export function placeOf(address: string): Place | undefined {
  const [, first, ...encoded] = address.split("/");
  const [catalog, schema, kind, name] = encoded.map(decoded);
  if (first !== "browse" || !catalog) return undefined;
  if (!schema) return { catalog };
  const known = kinds.find((each) => each === kind);
  return known === undefined || !name ? { catalog, schema } : { catalog, schema, kind: known, name };
}

/** An address as {@link addressOf} writes it. The router decodes most of what a path has encoded, such as a space. */
export function canonicalAddress(address: string): string {
  const place = placeOf(address);
  return place === undefined ? address : addressOf(place);
}

/** The addresses of the catalog and the schema that a place is in, and its own. */
export function addressesTo(place: Place): string[] {
  const { catalog, schema } = place;
  const above = schema === undefined ? [] : [addressOf({ catalog }), addressOf({ catalog, schema })];
  return [...new Set([...above, addressOf(place)])];
}

/** The name as a statement has it: each part in backticks where it needs them. */
export function sqlName(...parts: readonly string[]): string {
  return parts
    .map((part) => (/^[a-z_]\w*$/i.test(part) ? part : `\`${part.replaceAll("`", "``")}\``))
    .join(".");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
