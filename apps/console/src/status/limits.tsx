import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { frontDoor } from "../shell/front-door.ts";
import { useRateLimit } from "../shell/recent-requests.ts";

/** How much one caller may ask for, as the API says it. For a list of facts. */
export function Limits() {
  const document = useQuery({ ...queryOptions(frontDoor, "openapi"), staleTime: Number.POSITIVE_INFINITY });
  const rateLimit = useRateLimit();
  const { sqlLength, waitMs } = queryLimits(document.data);
  return (
    <>
      <dt>Requests per minute</dt>
      <dd>
        {rateLimit === undefined && "…"}
        {rateLimit === "none" && "No limit"}
        {typeof rateLimit === "object" &&
          `${rateLimit.left.toLocaleString()} of ${rateLimit.perMinute.toLocaleString()} left`}
      </dd>
      {sqlLength !== undefined && (
        <>
          <dt>Length of a statement</dt>
          <dd>{sqlLength.toLocaleString()} characters</dd>
        </>
      )}
      {waitMs !== undefined && (
        <>
          <dt>Wait for a query</dt>
          <dd>{waitMs / 60_000} minutes</dd>
        </>
      )}
    </>
  );
}

/** What the API document says of the body of a query. */
function queryLimits(document: unknown) {
  const properties = at(
    document,
    "paths",
    "/api/query",
    "post",
    "requestBody",
    "content",
    "application/json",
  );
  return {
    sqlLength: numberAt(properties, "schema", "properties", "sql", "maxLength"),
    waitMs: numberAt(properties, "schema", "properties", "timeout_ms", "maximum"),
  };
}

function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (parent, name) =>
      typeof parent === "object" && parent !== null ? (parent as Record<string, unknown>)[name] : undefined,
    value,
  );
}
