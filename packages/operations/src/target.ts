import { parseVolumePath, type VolumePath } from "./volume-path.ts";

/** What an operation touches at Databricks. The policy checks it, and the audit line names it. */
export type Target =
  /** Nothing with a name: the caller, the list of warehouses. */
  | { readonly kind: "nothing" }
  /** An object of Unity Catalog. Without `name`: all objects of this type in that place, as in a listing. */
  | {
      readonly kind: "securable";
      /** `catalog`, `schema`, `table`, `volume`, `function`, …: the audit line's key for the name. */
      readonly type: string;
      readonly catalog?: string | undefined;
      readonly schema?: string | undefined;
      readonly name?: string | undefined;
      /** The name that it gets. */
      readonly newName?: string;
      /** The call has an effect on everything in it, volumes included: a deletion, a new name, a grant. */
      readonly withContents?: true;
    }
  /** A file or a directory in a volume. */
  | { readonly kind: "path"; readonly path: VolumePath }
  /** A file that is read, and deleted if it is moved, and the file that is written from it. */
  | { readonly kind: "copy"; readonly source: VolumePath; readonly destination: VolumePath }
  /** The text of a statement, which can touch anything. */
  | { readonly kind: "sql"; readonly sql: string; readonly params: unknown }
  /** Anything else with an id, such as a statement. */
  | {
      readonly kind: "resource";
      readonly type: string;
      readonly id: string;
      /** The audit line's key for the id. Default: `<type>_id`. */
      readonly key?: string;
      /** What of it, by the audit line's keys. */
      readonly parts?: Readonly<Record<string, string | undefined>>;
    };

/** The parameters that locate an object in Unity Catalog. */
interface SecurableParams {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly name?: string | undefined;
}

function securableAt(type: string, { catalog, schema, name }: SecurableParams) {
  return { kind: "securable", type, catalog, schema, name } as const;
}

/** The targets of operations whose parameters have the usual names. */
export const targets = {
  nothing: (): Target => ({ kind: "nothing" }),

  securable:
    (type: string) =>
    (params: SecurableParams): Target =>
      securableAt(type, params),

  /** Of what has an effect on everything in the object. */
  withContents:
    (type: string) =>
    (params: SecurableParams): Target => ({ ...securableAt(type, params), withContents: true }),

  /** Of an update, whose parameter `new_name` moves everything in the object. */
  updated:
    (type: string) =>
    ({
      new_name: newName,
      ...params
    }: SecurableParams & { readonly new_name?: string | undefined }): Target =>
      newName === undefined
        ? securableAt(type, params)
        : { ...securableAt(type, params), newName, withContents: true },

  path: ({ path }: { readonly path: string }): Target => ({ kind: "path", path: parseVolumePath(path) }),

  copy: (params: { readonly source_path: string; readonly destination_path: string }): Target => ({
    kind: "copy",
    source: parseVolumePath(params.source_path),
    destination: parseVolumePath(params.destination_path),
  }),

  /** What the workspace has at a path: a notebook, a file, a folder. */
  workspacePath: ({ path }: { readonly path: string }): Target => ({
    kind: "resource",
    type: "workspace_object",
    id: path,
    key: "workspace_path",
  }),

  sql: ({ sql, params }: { readonly sql: string; readonly params?: unknown }): Target => ({
    kind: "sql",
    sql,
    params,
  }),

  /** Of the parameter `<type>_id`. */
  resource:
    <Type extends string>(type: Type) =>
    (params: { readonly [Name in `${Type}_id`]: string }): Target => ({
      kind: "resource",
      type,
      id: params[`${type}_id`],
    }),
};
