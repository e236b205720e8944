import type { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import type { Context } from "@databricks/sdk-experimental/dist/context/index.js";
import { OperationError } from "@front-door/operations";
import { sdkContext } from "./sdk-context.ts";

/** A listing of an SDK service: a generator over the entries of all pages. */
type Listing<Request, Entry> = (request: Request, context?: Context) => AsyncIterable<Entry>;
type EntryOf<Method> = Method extends Listing<never, infer Entry> ? Entry : never;
/** The SDK leaves undefined values out of the query. */
type RequestOf<Method> =
  Method extends Listing<infer Request, unknown>
    ? { readonly [Name in keyof Request]: Request[Name] | undefined }
    : never;

type Page<Field extends string, Entry> = { readonly [Name in Field]?: Entry[] | undefined } & {
  readonly next_page_token?: string;
};

type PageMethod<Page> = (request: object, context: Context) => Promise<Page>;

interface ListPageOptions<Service, Method extends keyof Service, Field extends string> {
  readonly service: Service;
  readonly method: Method;
  /** The field of a page that holds its entries. */
  readonly entries: Field;
  /** Without a `page_token` it asks for the first page. */
  readonly request: RequestOf<Service[Method]>;
  readonly signal: AbortSignal;
  /** Whether the caller may see an entry. A page without such an entry counts as empty. */
  readonly keep?: (entry: EntryOf<Service[Method]>) => boolean;
}

/**
 * Returns the first page that has entries or is the last. A page of Databricks can be empty and still have a token
 * (docs/databricks.md); the SDK's own listing stops there (docs/sdk-transport.md, SDK 10). Throws OperationErrors.
 */
export async function listPage<
  Service extends { readonly client: ApiClient },
  Method extends keyof Service & string,
  Field extends string,
>(options: ListPageOptions<Service, Method, Field>): Promise<Page<Field, EntryOf<Service[Method]>>> {
  const { service, method, entries, signal, keep } = options;
  // The SDK's method for one page has the name of the listing after an underscore. It is private and has no type.
  const methods = service as unknown as Record<
    string,
    PageMethod<Page<Field, EntryOf<Service[Method]>>> | undefined
  >;
  const fetchPage = methods[`_${method}`]?.bind(service);
  if (fetchPage === undefined) throw new TypeError(`this version of the SDK has no method _${method}`);
  const context = sdkContext(signal);
  const { request }: { readonly request: { readonly page_token?: string | undefined } } = options;
  let token = request.page_token;
  for (;;) {
    const given = await fetchPage({ ...request, page_token: token }, context);
    const page = keep === undefined ? given : { ...given, [entries]: given[entries]?.filter(keep) };
    // The token of a last page can be an empty string.
    const { next_page_token: next, ...last } = page;
    if (!next) return last as typeof page;
    if (next === token) {
      throw new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks returned the same page token twice.");
    }
    if ((page[entries] ?? []).length > 0) return page;
    token = next;
  }
}
