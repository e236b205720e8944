import { useSyncExternalStore } from "react";

export interface RecentRequest {
  readonly startedAt: Date;
  readonly method: string;
  /** The path and the query. */
  readonly target: string;
  /** 0: no reply came. */
  readonly status: number;
  /** Until the head of the reply. */
  readonly durationMs: number;
  /** In the logs of the front door and the gateway. */
  readonly requestId: string | undefined;
  /** What the front door says of this caller's requests per minute, where they are limited. */
  readonly rateLimit: RateLimit | undefined;
}

interface RateLimit {
  readonly perMinute: number;
  readonly left: number;
}

const kept = 50;
let requests: readonly RecentRequest[] = [];
const listeners = new Set<() => void>();

/** The last 50 requests of this page, the newest first. */
export function useRecentRequests(): readonly RecentRequest[] {
  return useSyncExternalStore(subscribe, () => requests);
}

/** `fetch` that remembers each request for {@link useRecentRequests}. */
export const rememberingFetch: typeof fetch = async (input, init) => {
  const { method, url } = new Request(input, { ...init, body: null });
  const { pathname, search } = new URL(url);
  const startedAt = new Date();
  const start = performance.now();
  const remember = (response?: Response) =>
    add({
      startedAt,
      method,
      target: pathname + search,
      status: response?.status ?? 0,
      durationMs: performance.now() - start,
      requestId: response?.headers.get("x-request-id") ?? undefined,
      rateLimit: response && rateLimitOf(response.headers),
    });
  try {
    const response = await fetch(input, init);
    remember(response);
    return response;
  } catch (error) {
    // A page that was left takes its requests back: nothing failed.
    if (init?.signal?.aborted !== true) remember();
    throw error;
  }
};

/** Reads `RateLimit-Policy: "caller"; q=1200; w=60` and `RateLimit: "caller"; r=1199; t=60`. */
export function rateLimitOf(headers: Headers): RateLimit | undefined {
  const perMinute = /; q=(\d+)/.exec(headers.get("ratelimit-policy") ?? "")?.[1];
  const left = /; r=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1];
  if (perMinute === undefined || left === undefined) return undefined;
  return { perMinute: Number(perMinute), left: Number(left) };
}

function add(request: RecentRequest): void {
  requests = [request, ...requests].slice(0, kept);
  for (const changed of listeners) changed();
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
