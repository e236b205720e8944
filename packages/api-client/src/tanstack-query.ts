import type { CallOptions } from "./client-options.ts";
import type { FrontDoor } from "./create-client.ts";
import type { Operations } from "./generated/operations.gen.ts";
import { Lines } from "./lines.ts";
import type { Pages } from "./pages.ts";

// Objects for `useQuery`, `useInfiniteQuery` and `useMutation` of TanStack Query, for whatever framework, without depending on it.

type OperationName = keyof Operations;
type ParamsOf<Name extends OperationName> = Parameters<Operations[Name]>[0];
/** Every line of a reply of lines, which would be empty as the entry of a cache. */
type ResultOf<Name extends OperationName> =
  ReturnType<Operations[Name]> extends Lines<infer Line> ? Line[] : Awaited<ReturnType<Operations[Name]>>;
type ListName = {
  [Name in OperationName]: ReturnType<Operations[Name]> extends Pages<infer _Page, infer _Item>
    ? Name
    : never;
}[OperationName];

/** The params, which may be left out where none is required. */
type Given<Name extends OperationName> =
  undefined extends ParamsOf<Name> ? [params?: ParamsOf<Name>] : [params: ParamsOf<Name>];

type Key<Name extends OperationName> = readonly [
  "front-door",
  string,
  string | null,
  Name,
  ParamsOf<Name> | null,
];

interface Context {
  readonly signal: AbortSignal;
}

interface PageContext extends Context {
  readonly pageParam: string | undefined;
}

/** `useQuery(queryOptions(frontDoor, "getTable", { … }))`. A list gets its first page, and `listTree` everything. */
export function queryOptions<Name extends OperationName>(
  frontDoor: FrontDoor,
  name: Name,
  ...[params]: Given<Name>
) {
  return {
    queryKey: keyOf(frontDoor, name, params),
    queryFn: async ({ signal }: Context): Promise<ResultOf<Name>> =>
      call(frontDoor, name, params, { signal }),
    // The client has already sent again what may be sent again.
    retry: false as const,
  };
}

/** `useInfiniteQuery(infiniteQueryOptions(frontDoor, "listTables", { … }))`: a list, page by page. */
export function infiniteQueryOptions<Name extends ListName>(
  frontDoor: FrontDoor,
  name: Name,
  ...[params]: Given<Name>
) {
  return {
    queryKey: [...keyOf(frontDoor, name, params), "pages"] as const,
    queryFn: async ({ signal, pageParam }: PageContext): Promise<ResultOf<Name>> => {
      const page = pageParam === undefined ? {} : { page_token: pageParam };
      return call(frontDoor, name, { ...params, ...page }, { signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: ResultOf<Name>): string | undefined =>
      (page as { readonly next_page_token?: string }).next_page_token,
    retry: false as const,
  };
}

/** `useMutation(mutationOptions(frontDoor, "ensureVolume"))`. */
export function mutationOptions<Name extends OperationName>(frontDoor: FrontDoor, name: Name) {
  return {
    mutationKey: ["front-door", frontDoor.baseUrl, name] as const,
    mutationFn: async (params: ParamsOf<Name>): Promise<ResultOf<Name>> => call(frontDoor, name, params, {}),
    retry: false as const,
  };
}

/** The key of everything that the cache has of a front door: for `invalidateQueries`, and for `removeQueries` at a sign-out. */
export function frontDoorKey(frontDoor: FrontDoor): readonly ["front-door", string] {
  return ["front-door", frontDoor.baseUrl];
}

function keyOf<Name extends OperationName>(
  frontDoor: FrontDoor,
  name: Name,
  params: ParamsOf<Name> | undefined,
): Key<Name> {
  return [...frontDoorKey(frontDoor), frontDoor.workspace ?? null, name, params ?? null];
}

async function call<Name extends OperationName>(
  frontDoor: FrontDoor,
  name: Name,
  params: ParamsOf<Name> | undefined,
  options: CallOptions,
): Promise<ResultOf<Name>> {
  // TypeScript does not see that the parameters of one name fit the method of the same name.
  const method = frontDoor[name] as unknown as (
    params: ParamsOf<Name> | undefined,
    options: CallOptions,
  ) => PromiseLike<ResultOf<Name>> | Lines<unknown>;
  const reply = method(params, options);
  return reply instanceof Lines ? (reply.all() as Promise<ResultOf<Name>>) : reply;
}
