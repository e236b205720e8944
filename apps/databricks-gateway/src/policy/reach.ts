import {
  type OperationName,
  type Operations,
  parseVolumePath,
  type VolumePath,
} from "@front-door/operations";
import type * as z from "zod";

/** What an operation touches at Databricks: what the policy confines, and what the audit log names. */
export type Reach =
  | { readonly kind: "nothing" }
  /** All catalogs: the listing leaves out those that are not allowed. */
  | { readonly kind: "catalogs" }
  | { readonly kind: "catalog"; readonly catalog: string }
  | { readonly kind: "schema"; readonly catalog: string; readonly schema: string }
  | { readonly kind: "table"; readonly catalog: string; readonly schema: string; readonly table: string }
  /** The volumes of a schema: the listing leaves out those that are not allowed. */
  | { readonly kind: "volumes"; readonly catalog: string; readonly schema: string }
  | { readonly kind: "volume"; readonly catalog: string; readonly schema: string; readonly volume: string }
  | { readonly kind: "path"; readonly path: VolumePath }
  | { readonly kind: "sql"; readonly sql: string; readonly params: unknown }
  /** A statement that was submitted before. */
  | { readonly kind: "statement"; readonly statementId: string };

type Reaches = {
  readonly [Name in OperationName]: (params: z.output<Operations[Name]["params"]>) => Reach;
};

const onPath = ({ path }: { readonly path: string }): Reach => ({
  kind: "path",
  path: parseVolumePath(path),
});
const onVolume = (params: {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}): Reach => ({ kind: "volume", catalog: params.catalog, schema: params.schema, volume: params.name });
const onSql = ({ sql, params }: { readonly sql: string; readonly params?: unknown }): Reach => ({
  kind: "sql",
  sql,
  params,
});
const onStatement = ({ statement_id }: { readonly statement_id: string }): Reach => ({
  kind: "statement",
  statementId: statement_id,
});

/** The reach of every operation of the contract; one that is missing does not compile. */
const reaches: Reaches = {
  me: () => ({ kind: "nothing" }),
  list_catalogs: () => ({ kind: "catalogs" }),
  get_catalog: ({ name }) => ({ kind: "catalog", catalog: name }),
  list_schemas: ({ catalog }) => ({ kind: "catalog", catalog }),
  list_tables: ({ catalog, schema }) => ({ kind: "schema", catalog, schema }),
  get_table: ({ catalog, schema, name }) => ({ kind: "table", catalog, schema, table: name }),
  list_volumes: ({ catalog, schema }) => ({ kind: "volumes", catalog, schema }),
  create_volume: onVolume,
  ensure_volume: onVolume,
  delete_volume: onVolume,
  create_directory: onPath,
  list_directory: onPath,
  delete_directory: onPath,
  file_metadata: onPath,
  read_file: onPath,
  write_file: onPath,
  delete_file: onPath,
  list_warehouses: () => ({ kind: "nothing" }),
  execute_query: onSql,
  submit_statement: onSql,
  get_statement: onStatement,
  get_statement_result_chunk: onStatement,
  cancel_statement: onStatement,
};

/** The reach of an operation with its parsed parameters. */
export function reachOf(name: OperationName, params: unknown): Reach {
  // The map is typed for each name; which one this is, is known only now.
  return (reaches[name] as (parsed: unknown) => Reach)(params);
}
