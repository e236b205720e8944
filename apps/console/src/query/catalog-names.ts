import { queryOptions } from "@front-door/api-client/tanstack-query";
import { frontDoor } from "../shell/front-door.ts";
import { queryClient } from "../shell/query-client.ts";
import { pathParts } from "./tables-of.ts";

export interface ColumnName {
  readonly name: string;
  readonly type: string | undefined;
}

/** Names change seldom, and completion asks at each key. */
const staleTime = 300_000;

// Each gets what there is, once, and nothing where the person may not look: a completion never fails.

export async function catalogNames(): Promise<string[]> {
  return namesOnce(["catalogs"], () => frontDoor.listCatalogs().all());
}

export async function schemaNames(catalog: string): Promise<string[]> {
  return namesOnce(["schemas", catalog], () => frontDoor.listSchemas({ catalog }).all());
}

export async function tableNames(catalog: string, schema: string): Promise<string[]> {
  const params = { catalog, schema, omit_columns: true };
  return namesOnce(["tables", catalog, schema], () => frontDoor.listTables(params).all());
}

export async function columnNames(catalog: string, schema: string, name: string): Promise<ColumnName[]> {
  try {
    const options = queryOptions(frontDoor, "getTable", { catalog, schema, name });
    const { columns } = await queryClient.fetchQuery({ ...options, staleTime });
    return (columns ?? []).map(({ name, type_text: type }) => ({ name, type }));
  } catch {
    return [];
  }
}

/** The schema of names that say none. */
export async function defaultSchema(): Promise<readonly [catalog: string, schema: string] | undefined> {
  try {
    const { schema } = await queryClient.fetchQuery({
      ...queryOptions(frontDoor, "getUcSchema"),
      staleTime,
    });
    const [catalog, name] = pathParts(schema ?? "");
    return catalog === undefined || name === undefined ? undefined : [catalog, name];
  } catch {
    return undefined;
  }
}

async function namesOnce(
  key: readonly string[],
  list: () => Promise<readonly { readonly name: string }[]>,
): Promise<string[]> {
  try {
    return await queryClient.fetchQuery({
      queryKey: ["front-door", frontDoor.baseUrl, "names", ...key],
      queryFn: async () => (await list()).map(({ name }) => name),
      staleTime,
    });
  } catch {
    return [];
  }
}
