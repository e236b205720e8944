import type * as z from "zod";
import type { Domain } from "./domains.ts";
import type { ErrorCode } from "./errors.ts";
import type { PublicRoute } from "./public-route.ts";
import type { Target } from "./target.ts";

/**
 * How the request and the reply travel: both as JSON, one of them with a file as its body, or with a reply that is sent
 * while its result is still being produced: as fast as that goes ("stream"), or little by little over a long time ("events").
 */
export type Transfer = "json" | "download" | "upload" | "stream" | "events";

export interface OperationDefinition<
  Name extends string = string,
  Params extends z.ZodObject = z.ZodObject,
  Result extends z.ZodObject = z.ZodObject,
  Kind extends Transfer = Transfer,
> {
  /** In snake_case, as on the wire. */
  readonly name: Name;
  readonly domain: Domain;
  /** The version of the product that first had it. */
  readonly since: string;
  /** A sentence or two for people, in `GET /operations` and in the OpenAPI document. */
  readonly summary: string;
  /** More about it, in Markdown, for the OpenAPI document. */
  readonly description?: string;
  /** A query changes nothing at Databricks. What a destructive operation deletes is gone. */
  readonly kind: "query" | "mutation" | "destructive";
  /** It changes who may do what. */
  readonly admin?: true;
  /**
   * Whether it is allowed where no list names it. Default: false if it is destructive or `admin`. Deletions of files and volumes
   * are allowed, as they were before there were other ones.
   */
  readonly allowedByDefault: boolean;
  /**
   * Running it twice has the effect of running it once, so a call whose reply was lost may be repeated. A function where
   * that depends on the parameters.
   */
  readonly idempotent: boolean | ((params: z.input<Params>) => boolean);
  readonly transfer: Kind;
  readonly params: Params;
  /**
   * The JSON reply. For a download: the metadata in the reply's headers. For a stream or events: what all of it says, as one
   * JSON document.
   */
  readonly result: Result;
  /**
   * Milliseconds until the gateway gives up with 504. For all but JSON it bounds the wait for
   * Databricks' reply and each pause within the body, not the whole transfer. A parameter `timeout_ms` overrides it.
   */
  readonly timeoutMs: number;
  /** The error codes a caller should be ready for, besides those that every operation can return. */
  readonly errors: readonly ErrorCode[];
  /** Where the public API serves it. Without it, only internal callers reach it, at the gateway. */
  readonly route?: PublicRoute;
  /**
   * It can reach data of catalogs and volumes that its target does not name, as SQL can. It is refused where only some are
   * allowed.
   */
  readonly reachesAnyData?: true;
  /** It can use SQL warehouses that its parameters do not name, as the code of a job can. It is refused where only some are allowed. */
  readonly usesAnyWarehouse?: true;
  /**
   * Parameters that make a call do the work of other operations, with the names of these. A call that sets one runs only where they
   * are allowed too.
   */
  readonly alsoNeeds?: Readonly<Record<string, readonly string[]>>;
  /** What a call with these parameters touches. */
  target(params: z.output<Params>): Target;
  readonly examples: readonly Example<Params, Result>[];
}

interface Example<Params extends z.ZodObject, Result extends z.ZodObject> {
  readonly params: z.input<Params>;
  readonly result: z.input<Result>;
}

type Defaulted = "allowedByDefault" | "idempotent" | "timeoutMs" | "transfer";

/** Whether a call with these parameters may be repeated after its reply was lost. */
export function isIdempotent({ idempotent }: OperationDefinition, params: unknown): boolean {
  // Its parameters fit the same definition, and need not have been parsed.
  return typeof idempotent === "function" ? idempotent(params as never) : idempotent;
}

/**
 * A definition with the types of its own schemas. By default it takes at most 30 s, is sent as JSON, is idempotent only if
 * it is a query, and must be allowed by name if it is destructive or changes who may do what.
 */
export function defineOperation<
  const Name extends string,
  Params extends z.ZodObject,
  Result extends z.ZodObject,
  const Kind extends Transfer = "json",
>(
  definition: Omit<OperationDefinition<Name, Params, Result, Kind>, Defaulted> &
    Partial<Pick<OperationDefinition<Name, Params, Result, Kind>, Defaulted>>,
): OperationDefinition<Name, Params, Result, Kind> {
  return {
    allowedByDefault: definition.kind !== "destructive" && definition.admin !== true,
    idempotent: definition.kind === "query",
    timeoutMs: 30_000,
    // The default of the type parameter.
    transfer: "json" as Kind,
    ...definition,
  };
}
