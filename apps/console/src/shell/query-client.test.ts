import { createClient } from "@front-door/api-client";
import { queryOptions } from "@front-door/api-client/tanstack-query";
import { focusManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { queryClient } from "./query-client.ts";

const frontDoor = createClient({ baseUrl: "https://front-door.example" });
const table = { catalog: "main", schema: "sales", name: "orders" };

afterEach(() => {
  focusManager.setFocused(undefined);
  queryClient.unmount();
  queryClient.clear();
});

it.each([
  [queryOptions(frontDoor, "executeQuery", { sql: "SELECT 1" }), 1],
  [queryOptions(frontDoor, "previewTable", table), 1],
  [queryOptions(frontDoor, "getTable", table), 2],
])(
  "a window that gets the focus sends $queryKey.3 again only if it is no statement",
  async (options, times) => {
    const queryFn = vi.fn(async () => Promise.resolve({}));
    const { queryKey } = options;
    queryClient.mount();
    const observer = new QueryObserver(queryClient, { queryKey, queryFn, staleTime: 0 });
    const stop = observer.subscribe(() => undefined);
    await vi.waitFor(() => expect(observer.getCurrentResult().isSuccess).toBe(true));
    focusManager.setFocused(false);
    focusManager.setFocused(true);
    await vi.waitFor(() => expect(observer.getCurrentResult().isFetching).toBe(false));
    stop();
    expect(queryFn).toHaveBeenCalledTimes(times);
  },
);
