interface TaggedParams {
  readonly securable_type: "catalog" | "schema" | "table" | "volume";
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly name: string;
  readonly column?: string | undefined;
}

const pluralOf = { catalog: "catalogs", schema: "schemas", table: "tables", volume: "volumes" } as const;

/** Type and full name as the API of tags has them: it knows columns too. */
export function taggedEntity({ securable_type, catalog, schema, name, column }: TaggedParams) {
  const names = [catalog, schema, name, column].filter((part) => part !== undefined);
  return {
    entity_type: column === undefined ? pluralOf[securable_type] : "columns",
    entity_name: names.join("."),
  };
}

/** The same for a path, into which the SDK puts a name as it is (docs/sdk-transport.md, SDK 11). */
export function taggedEntityInPath(params: TaggedParams) {
  const { entity_type, entity_name } = taggedEntity(params);
  return { entity_type, entity_name: encodeURIComponent(entity_name) };
}
