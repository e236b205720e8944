import type { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import { invalidResponse } from "./invalid-response.ts";

/** A listing of an SDK service: a generator over the entries of all pages. */
type Listing<Request, Entry> = (request: Request) => AsyncIterable<Entry>;
type EntryOf<Method> = Method extends Listing<never, infer Entry> ? Entry : never;
/** The SDK leaves undefined values out of the query. */
type RequestOf<Method> =
  Method extends Listing<infer Request, unknown>
    ? { readonly [Name in keyof Request]: Request[Name] | undefined }
    : never;

type Page<Field extends string, Entry> = { readonly [Name in Field]?: Entry[] | undefined } & {
  readonly next_page_token?: string;
};

type PageMethod<Page> = (request: object) => Promise<Page>;

interface ListPageOptions<Service, Method extends keyof Service, Field extends string> {
  readonly service: Service;
  readonly method: Method;
  /** The field of a page that holds its entries. */
  readonly entries: Field;
  /** Without a `page_token` it asks for the first page. */
  readonly request: RequestOf<Service[Method]>;
  /** Other fields that a page can have besides its entries and its token. */
  readonly beside?: readonly string[];
  /** Whether the caller may see an entry. A page without such an entry counts as empty. */
  readonly keep?: (entry: EntryOf<Service[Method]>) => boolean;
}

/**
 * Returns the first page that has entries or is the last. A page of Databricks can be empty and still have a token
 * (docs/databricks.md); the SDK's own listing stops there (docs/sdk-transport.md, SDK 10). Throws OperationErrors: a page whose
 * entries or token are not as described must not look like the last one.
 */
export async function listPage<
  Service extends { readonly client: ApiClient },
  Method extends keyof Service & string,
  Field extends string,
>(options: ListPageOptions<Service, Method, Field>): Promise<Page<Field, EntryOf<Service[Method]>>> {
  const { service, method, entries, beside = [], keep } = options;
  // The SDK's method for one page has the name of the listing after an underscore. It is private and has no type.
  const methods = service as unknown as Record<
    string,
    PageMethod<Page<Field, EntryOf<Service[Method]>>> | undefined
  >;
  const fetchPage = methods[`_${method}`]?.bind(service);
  if (fetchPage === undefined) throw new TypeError(`this version of the SDK has no method _${method}`);
  const { request }: { readonly request: { readonly page_token?: string | undefined } } = options;
  return pageWithEntries({
    fetchPage: (page_token) => fetchPage({ ...request, page_token }),
    pageToken: request.page_token,
    entries,
    beside,
    keep,
  });
}

interface PagesOptions<Field extends string, Entry> {
  readonly fetchPage: (token: string | undefined) => Promise<Page<Field, Entry>>;
  readonly pageToken: string | undefined;
  readonly entries: Field;
  /** Other fields that a page can have besides its entries and its token. */
  readonly beside?: readonly string[];
  readonly keep?: ((entry: Entry) => boolean) | undefined;
}

/** {@link listPage} for a method of the SDK that returns one page itself. */
export async function pageWithEntries<const Field extends string, Entry>({
  fetchPage,
  pageToken,
  entries,
  beside = [],
  keep,
}: PagesOptions<Field, Entry>): Promise<Page<Field, Entry>> {
  let token = pageToken;
  for (;;) {
    const given = await fetchPage(token);
    const all = entriesOf(given, entries, beside);
    const kept = keep === undefined ? all : all.filter((entry) => keep(entry as Entry));
    // The token of a last page can be an empty string, or null.
    const { next_page_token: next, ...rest } = { ...given, [entries]: kept };
    const last = rest as typeof given;
    if (next === undefined || next === null || next === "") return last;
    if (typeof next !== "string") throw invalidResponse("a page token that is not a string", reading);
    if (next === token) throw invalidResponse("the same page token twice", reading);
    if (kept.length > 0) return { ...last, next_page_token: next };
    token = next;
  }
}

const reading = { surelyNotRun: true };

/** Databricks leaves out an empty list, and writes null for what is absent. A page of anything else is no empty list. */
export function entriesOf(page: object, field: string, beside: readonly string[] = []): readonly object[] {
  const { [field]: list, next_page_token: _, ...others } = page as Record<string, unknown>;
  if ("nextPageToken" in others) throw invalidResponse("a page token of another name", reading);
  if (list === undefined || list === null) {
    if (Object.keys(others).some((name) => !beside.includes(name)))
      throw invalidResponse(`a page without ${field}`, reading);
    return [];
  }
  if (!Array.isArray(list)) throw invalidResponse("a page whose entries are not a list", reading);
  return list.map(objectOf);
}

function objectOf(entry: unknown): object {
  if (typeof entry === "object" && entry !== null && !Array.isArray(entry)) return entry;
  throw invalidResponse("an entry of a list that is not an object", reading);
}
