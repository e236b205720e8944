/**
 * Where the public API serves an operation. Parameters that the path names come from the path. The others come from the
 * query of a GET, HEAD or DELETE, and from the JSON body of a POST, PUT or PATCH.
 */
export interface PublicRoute {
  readonly method: "get" | "head" | "post" | "put" | "patch" | "delete";
  /** Begins with `/api/`; `:name` is the parameter `name`. */
  readonly path: string;
  /** The status of a success. Default: 204 for DELETE, 201 or 200 for a POST whose result has `created`, otherwise 200. */
  readonly status?: 201 | 202;
  /** The longest JSON body in bytes, if the front door's usual limit is too small. */
  readonly bodyBytesMax?: number;
}
