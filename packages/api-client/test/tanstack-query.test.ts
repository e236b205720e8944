import { type Stack, startStack, volume } from "@front-door/api/test/start-stack";
import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createClient, type FrontDoor } from "../src/index.ts";
import { frontDoorKey, infiniteQueryOptions, mutationOptions, queryOptions } from "../src/tanstack-query.ts";

let stack: Stack;
let frontDoor: FrontDoor;
const cache = new QueryClient();
beforeAll(async () => {
  stack = await startStack();
  frontDoor = createClient({ baseUrl: stack.url });
});
afterAll(async () => {
  cache.clear();
  await stack.close();
});

it("a query is cached under its operation and parameters", async () => {
  const options = queryOptions(frontDoor, "listSchemas", { catalog: "main" });
  const page = await cache.fetchQuery(options);
  expect(page.schemas?.map(({ name }) => name)).toContain("default");
  expect(cache.getQueryData(options.queryKey)).toBe(page);
  expect(
    cache.getQueryData(queryOptions(frontDoor, "listSchemas", { catalog: "samples" }).queryKey),
  ).toBeUndefined();
});

it("an infinite query has page after page", async () => {
  for (let index = 0; index < 5; index++) await frontDoor.upload(`${volume}/pages/${index}.txt`, "x");
  const options = infiniteQueryOptions(frontDoor, "listDirectory", {
    path: `${volume}/pages`,
    max_results: 2,
  });
  const { pages } = await cache.fetchInfiniteQuery({ ...options, pages: 3 });
  expect(pages.map((page) => page.contents?.length)).toEqual([2, 2, 1]);
});

it("a query of an operation that replies with lines has all of them", async () => {
  await frontDoor.upload(`${volume}/lines/deep/file.txt`, "x");
  const options = queryOptions(frontDoor, "listTree", { path: `${volume}/lines` });
  const entries = await cache.fetchQuery(options);
  expect(entries.map(({ name }) => name)).toEqual(["deep", "file.txt"]);
});

it("a mutation takes its parameters, and invalidates what the cache has of the front door", async () => {
  const mutation = new MutationObserver(cache, {
    ...mutationOptions(frontDoor, "ensureVolume"),
    onSuccess: () => cache.invalidateQueries({ queryKey: frontDoorKey(frontDoor) }),
  });
  const { volume: made } = await mutation.mutate({ catalog: "main", schema: "default", name: "made" });
  expect(made?.full_name).toBe("main.default.made");
  expect(
    cache.getQueryState(queryOptions(frontDoor, "listSchemas", { catalog: "main" }).queryKey)?.isInvalidated,
  ).toBe(true);
});

it("a query that nobody needs any more is aborted", async () => {
  stack.workspace.addFault({ path: "/api/2.1/unity-catalog/catalogs", noReply: "silent" });
  const { queryKey, queryFn, retry } = queryOptions(frontDoor, "listCatalogs");
  const fetching = cache.fetchQuery({ queryKey, queryFn, retry });
  await cache.cancelQueries({ queryKey });
  await expect(fetching).rejects.toThrow("CancelledError");
  await expect.poll(() => stack.workspace.openRequests()).toBe(0);
});
