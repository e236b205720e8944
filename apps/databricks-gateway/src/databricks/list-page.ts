import type { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import type { Context } from "@databricks/sdk-experimental/dist/context/index.js";
import { OperationError } from "@front-door/operations";
import { sdkContext } from "./sdk-context.ts";

/** A listing of an SDK service: a generator over the entries of all pages. */
type Listing<Request, Entry> = (request: Request, context?: Context) => AsyncIterable<Entry>;
type EntryOf<Method> = Method extends Listing<never, infer Entry> ? Entry : never;
/** What the SDK finds undefined it leaves out of the query. */
type RequestOf<Method> =
  Method extends Listing<infer Request, unknown>
    ? { readonly [Name in keyof Request]: Request[Name] | undefined }
    : never;

type Page<Field extends string, Entry> = { readonly [Name in Field]?: Entry[] | undefined } & {
  readonly next_page_token?: string;
};

interface ListPageOptions<Service, Method extends keyof Service, Field extends string> {
  readonly service: Service;
  /** The service's listing. */
  readonly method: Method;
  /** The field of a page that has its entries. */
  readonly entries: Field;
  /** Has a `page_token`, unless the first page is meant. */
  readonly request: RequestOf<Service[Method]>;
  readonly signal: AbortSignal;
  /** Whether the caller may see an entry. A page without any such entry counts as empty. */
  readonly keep?: (entry: EntryOf<Service[Method]>) => boolean;
}

/**
 * Fetches pages until one has entries or is the last, and returns it. Databricks' pages can be empty and still have a token
 * (docs/databricks.md); at such a page the SDK's own listing stops and loses the rest (docs/sdk-transport.md, SDK 10).
 * Throws OperationErrors.
 */
export async function listPage<
  Service extends { readonly client: ApiClient },
  Method extends keyof Service & string,
  Field extends string,
>(options: ListPageOptions<Service, Method, Field>): Promise<Page<Field, EntryOf<Service[Method]>>> {
  const { service, method, entries, signal, keep } = options;
  const fetchPage = pageMethod<Page<Field, EntryOf<Service[Method]>>>(service, method);
  const context = sdkContext(signal);
  const { request }: { readonly request: { readonly page_token?: string | undefined } } = options;
  let token = request.page_token;
  for (;;) {
    const given = await fetchPage({ ...request, page_token: token }, context);
    const page = keep === undefined ? given : { ...given, [entries]: given[entries]?.filter(keep) };
    // Some services end a listing with an empty token.
    const { next_page_token: next, ...last } = page;
    if (!next) return last as typeof page;
    if (next === token) {
      throw new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks' listing does not advance.");
    }
    if ((page[entries] ?? []).length > 0) return page;
    token = next;
  }
}

type PageMethod<Page> = (request: object, context: Context) => Promise<Page>;

/**
 * The method of a service that fetches one page. The SDK has one for each listing, which is a loop around it, by the same
 * name with an underscore before it. It is declared private and without a type, hence the cast.
 */
function pageMethod<Page>(service: object, listing: string): PageMethod<Page> {
  const method = (service as Record<string, PageMethod<Page> | undefined>)[`_${listing}`];
  if (method === undefined) throw new TypeError(`the SDK has no method for one page of ${listing}`);
  return method.bind(service);
}
