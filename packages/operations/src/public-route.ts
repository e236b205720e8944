/** The groups in which the API document lists its operations. */
export const operationTags = {
  Identity: "Who operations run as.",
  "Unity Catalog": "Catalogs, schemas, tables, volumes and functions.",
  Files: "Directories and files in volumes.",
  SQL: "Queries, statements and the warehouses that they run on.",
} as const;

/**
 * Where the public API serves an operation. Parameters that the path names come from the path. The others come from the
 * query of a GET, HEAD or DELETE, and from the JSON body of a POST, PUT or PATCH.
 */
export interface PublicRoute {
  readonly method: "get" | "head" | "post" | "put" | "patch" | "delete";
  /** Begins with `/api/`; `:name` is the parameter `name`. */
  readonly path: string;
  readonly tag: keyof typeof operationTags;
  /**
   * The HTTP status of a success. Without it: 204 for DELETE; where the result has `created`, 201 or 200 as it says; 200
   * for everything else.
   */
  readonly status?: 201 | 202;
  /** The longest JSON body in bytes, where the front door's usual limit is too small. */
  readonly bodyBytesMax?: number;
}
