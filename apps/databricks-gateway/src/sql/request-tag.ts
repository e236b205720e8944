import { OperationError } from "@front-door/operations";

/** The query tag with the request id, by which the history of statements leads to the caller. */
export const requestTag = "front_door_request_id";

/**
 * Whether Databricks refused a statement because the workspace has no query tags. Then the statement did not run
 * (docs/databricks.md, Thrift).
 */
export function isOfQueryTags(failure: unknown): boolean {
  if (!(failure instanceof OperationError) || !/\bquery_tags\b/i.test(failure.message)) return false;
  return (failure.details ?? []).some(({ error_class: name }) =>
    String(name).startsWith("CONFIG_NOT_AVAILABLE"),
  );
}
