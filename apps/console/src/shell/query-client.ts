import { FrontDoorError } from "@front-door/api-client";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

/** How soon a page asks again for what failed and may succeed later. */
const askAgainAfterMs = 3_000;

type Heard = (error: Error) => void;
const listeners = new Set<Heard>();
const tell = (error: Error) => {
  for (const heard of listeners) heard(error);
};

/** What runs a statement on a warehouse, which costs money. */
const statements = new Set<unknown>(["executeQuery", "previewTable"]);

/** The one cache of what the front door has replied. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: tell }),
  mutationCache: new MutationCache({ onError: tell }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // The client has already sent again what may be sent again.
      retry: false,
      refetchInterval: askAgain(false),
      refetchOnWindowFocus: isNoStatement,
      refetchOnReconnect: isNoStatement,
    },
  },
});

/** Calls the listener with the error of each request that fails. */
export function onRequestError(heard: Heard): void {
  listeners.add(heard);
}

/** Whether a query may be sent again because the person is back. */
function isNoStatement({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean {
  return !queryKey.some((part) => statements.has(part));
}

/**
 * When a query asks again: soon, if it failed and can succeed later, so that a page recovers by itself. Otherwise after
 * `everyMs`, or never.
 */
export function askAgain(everyMs: number | false) {
  return ({ state: { error } }: { readonly state: { readonly error: Error | null } }) =>
    error instanceof FrontDoorError && error.retryable ? askAgainAfterMs : everyMs;
}
