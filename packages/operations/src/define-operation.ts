import type * as z from "zod";
import type { ErrorCode } from "./errors.ts";

/**
 * How the request and the reply of an operation travel: as JSON, with a file's bytes as the body of one of them, or with
 * a reply that is written while its result is still being made ("stream").
 */
export type Transfer = "json" | "download" | "upload" | "stream";

export interface OperationDefinition<
  Name extends string = string,
  Params extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
  Kind extends Transfer = Transfer,
> {
  /** A snake_case verb with its object, as on the wire. */
  readonly name: Name;
  /** One sentence for people: it stands in `GET /operations` and in the OpenAPI document. */
  readonly summary: string;
  /** A query changes nothing at Databricks. */
  readonly kind: "query" | "mutation";
  /** Whether doing it twice has the effect of doing it once, so that a call whose reply was lost may be repeated. */
  readonly idempotent: boolean;
  readonly transfer: Kind;
  readonly params: Params;
  /** The JSON reply. For a download: the metadata that travels in the reply's headers. For a stream: its JSON form. */
  readonly result: Result;
  /**
   * Milliseconds until the gateway gives up with 504. For a download, an upload or a stream it bounds the wait for
   * Databricks' reply and each pause between two pieces of the body, never the whole transfer. A parameter `timeout_ms`
   * takes its place.
   */
  readonly timeoutMs: number;
  /** The error codes a caller should be ready for, beside those that any operation can end with. */
  readonly errors: readonly ErrorCode[];
  /** At least one; the contract test parses each. */
  readonly examples: readonly Example<Params, Result>[];
}

interface Example<Params extends z.ZodType, Result extends z.ZodType> {
  readonly params: z.input<Params>;
  readonly result: z.input<Result>;
}

/** Types a definition by what it contains; it checks nothing at run time. */
export function defineOperation<
  const Name extends string,
  Params extends z.ZodType,
  Result extends z.ZodType,
  const Kind extends Transfer = "json",
>(
  definition: Omit<OperationDefinition<Name, Params, Result, Kind>, "transfer"> & {
    readonly transfer?: Kind;
  },
): OperationDefinition<Name, Params, Result, Kind> {
  // The default of the type parameter and the default of the value are the same word.
  return { ...definition, transfer: definition.transfer ?? ("json" as Kind) };
}
