import { type Api, createClient, type FrontDoor } from "../src/index.ts";
import { infiniteQueryOptions, mutationOptions, queryOptions } from "../src/tanstack-query.ts";

// Nothing runs this: `tsc` fails if one of these lines compiles without its mistake.

export async function mistakes(frontDoor: FrontDoor): Promise<void> {
  // @ts-expect-error a misspelt option
  createClient({ baseURL: "http://localhost:3001" });
  // @ts-expect-error a parameter in the wrong case
  await frontDoor.listTables({ catalog: "main", schema: "default", maxResults: 3 });
  // @ts-expect-error a missing parameter
  await frontDoor.listTables({ catalog: "main" });
  // @ts-expect-error a parameter of the wrong type
  await frontDoor.listTables({ catalog: "main", schema: 3 });
  // @ts-expect-error no parameters where some are required
  await frontDoor.getCatalog();
  // @ts-expect-error a parameter of another operation
  await frontDoor.me({ catalog: "main" });
  // @ts-expect-error a route without parameters
  await frontDoor.health({ deep: true });
  // @ts-expect-error a value that is none of SQL
  await frontDoor.executeQuery({ sql: "SELECT :a", params: { a: new Date() } });
  // @ts-expect-error a field that no table has
  void (await frontDoor.getTable({ catalog: "main", schema: "default", name: "t" })).fullName;
  // @ts-expect-error a column that the row does not have
  for await (const [, second] of frontDoor.executeQuery<[number]>({ sql: "SELECT 1" }))
    if (second !== undefined) return;
  // @ts-expect-error a list has pages, and a single object has none
  infiniteQueryOptions(frontDoor, "getTable", { catalog: "main", schema: "default", name: "t" });
  // @ts-expect-error the parameters of another operation
  queryOptions(frontDoor, "listSchemas", { schema: "default" });
  // @ts-expect-error an operation that does not exist
  mutationOptions(frontDoor, "dropEverything");
}

/** What a reply is, without a cast. */
export async function results(frontDoor: FrontDoor): Promise<void> {
  const page: Api.TablePage = await frontDoor.listTables({ catalog: "main", schema: "default" });
  const all: Api.Table[] = await frontDoor.listTables({ catalog: "main", schema: "default" }).all();
  const { rows } = await frontDoor.executeQuery<[id: number, fare: string | null]>({
    sql: "SELECT id, fare FROM t",
  });
  const fare: string | null | undefined = rows[0]?.[1];
  const first: Api.Catalog[] | undefined = (await queryOptions(frontDoor, "listCatalogs").queryFn(never))
    .catalogs;
  void [page, all, fare, first];
}

const never = { signal: new AbortController().signal };
