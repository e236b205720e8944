import { type Api, FrontDoorError } from "@front-door/api-client";
import { frontDoorKey } from "@front-door/api-client/tanstack-query";
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { frontDoor } from "../shell/front-door.ts";
import { type Kind, kinds } from "./place.ts";

/** A table, a volume or a function, as much of it as a list shows. */
export interface Entry {
  readonly kind: Kind;
  readonly name: string;
  readonly comment: string | undefined;
  readonly tableType?: Api.Table["table_type"] | undefined;
}

export interface SchemaContents {
  readonly entries: readonly Entry[];
  /** What the identity may not list. */
  readonly refused: readonly { readonly kind: Kind; readonly error: FrontDoorError }[];
}

/** As many as one page can have, so that a long list takes few requests. */
const max_results = 1_000;

/** Every catalog. */
export const catalogsQuery = () =>
  queryOptions({
    queryKey: [...frontDoorKey(frontDoor), "browse"] as const,
    queryFn: async () => frontDoor.listCatalogs({ max_results }).all(),
  });

/** Every schema of a catalog. */
export const schemasQuery = (catalog: string) =>
  queryOptions({
    queryKey: [...frontDoorKey(frontDoor), "browse", catalog] as const,
    queryFn: async () => frontDoor.listSchemas({ catalog, max_results }).all(),
  });

/** Every table, volume and function of a schema. */
export const contentsQuery = (catalog: string, schema: string) =>
  queryOptions({
    queryKey: [...frontDoorKey(frontDoor), "browse", catalog, schema] as const,
    queryFn: async () => contentsOf(catalog, schema),
  });

/** One volume. No route has it alone, so it is looked for in its schema. */
export const volumeQuery = (catalog: string, schema: string, name: string) =>
  queryOptions({
    queryKey: [...frontDoorKey(frontDoor), "browse", catalog, schema, "volumes", name] as const,
    queryFn: async () => oneOf(frontDoor.listVolumes({ catalog, schema, max_results }), name),
  });

/** One function, which is looked for as {@link volumeQuery} does. */
export const functionQuery = (catalog: string, schema: string, name: string) =>
  queryOptions({
    queryKey: [...frontDoorKey(frontDoor), "browse", catalog, schema, "functions", name] as const,
    queryFn: async () => oneOf(frontDoor.listFunctions({ catalog, schema, max_results }), name),
  });

async function oneOf<Item extends { readonly name: string }>(
  list: AsyncIterable<Item>,
  name: string,
): Promise<Item> {
  for await (const item of list) if (item.name === name) return item;
  const message = `There is no ${name} here, or you may not see it.`;
  throw new FrontDoorError(message, { code: "NOT_FOUND", status: 404, retryable: false });
}

async function contentsOf(catalog: string, schema: string): Promise<SchemaContents> {
  const where = { catalog, schema, max_results };
  const lists: Readonly<Record<Kind, () => Promise<Entry[]>>> = {
    tables: async () => {
      const tables = await frontDoor.listTables({ ...where, omit_columns: true }).all();
      return tables.map(({ name, comment, table_type: tableType }) => {
        return { kind: "tables", name, comment, tableType };
      });
    },
    volumes: async () => {
      const volumes = await frontDoor.listVolumes(where).all();
      return volumes.map(({ name, comment }) => ({ kind: "volumes", name, comment }));
    },
    functions: async () => {
      const functions = await frontDoor.listFunctions(where).all();
      return functions.map(({ name, comment }) => ({ kind: "functions", name, comment }));
    },
  };
  const entries: Entry[] = [];
  const refused: { kind: Kind; error: FrontDoorError }[] = [];
  await Promise.all(
    kinds.map(async (kind) => {
      try {
        entries.push(...(await lists[kind]()));
      } catch (error) {
        // Whoever may list tables and no functions still sees the tables.
        if (!(error instanceof FrontDoorError) || error.status !== 403) throw error;
        refused.push({ kind, error });
      }
    }),
  );
  const [first] = refused;
  if (first !== undefined && refused.length === kinds.length) throw first.error;
  return { entries: entries.toSorted(byKindAndName), refused };
}

function byKindAndName(a: Entry, b: Entry): number {
  return kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.name.localeCompare(b.name);
}

/** What has been loaded of the catalog so far. */
export function loadedCatalog(cache: QueryClient) {
  return {
    catalogs: cache.getQueryData(catalogsQuery().queryKey) ?? [],
    schemas: (catalog: string) => cache.getQueryData(schemasQuery(catalog).queryKey),
    contents: (catalog: string, schema: string) =>
      cache.getQueryData(contentsQuery(catalog, schema).queryKey),
  };
}
