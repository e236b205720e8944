import { createStore } from "./create-store.ts";
import { onPersonChange } from "./credential.ts";

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
}

interface RateLimit {
  readonly perMinute: number;
  readonly left: number;
}

const kept = 50;
/** A page asks for these by itself, every few seconds: they would push out what the person has asked for. */
const polls = new Set(["/health", "/ready"]);
const requests = createStore<readonly RecentRequest[]>([]);
const rateLimit = createStore<RateLimit | "none" | undefined>(undefined);
onPersonChange(() => {
  requests.set([]);
  rateLimit.set(undefined);
});

/** The last 50 requests of this page, the newest first, without those for `/health` and `/ready`. */
export function useRecentRequests(): readonly RecentRequest[] {
  return requests.use();
}

/** How many requests per minute this caller has, as the last reply of the API says it. Undefined: none has come. */
export function useRateLimit(): RateLimit | "none" | undefined {
  return rateLimit.use();
}

/** `fetch` that remembers each request for {@link useRecentRequests}. */
export const rememberingFetch: typeof fetch = async (input, init) => {
  const { method, url } = new Request(input, { ...init, body: null });
  const { pathname, search } = new URL(url);
  const startedAt = new Date();
  const start = performance.now();
  const remember = (response?: Response) => {
    if (polls.has(pathname)) return;
    const request = {
      startedAt,
      method,
      target: pathname + search,
      status: response?.status ?? 0,
      durationMs: performance.now() - start,
      requestId: response?.headers.get("x-request-id") ?? undefined,
    };
    requests.set([request, ...requests.get()].slice(0, kept));
    const limit = response && rateLimitOf(response.headers);
    // What everybody may ask for is not limited, and a refusal can come before the limit is looked at.
    if (limit !== undefined) rateLimit.set(limit);
    else if (response?.ok === true && pathname.startsWith("/api/")) rateLimit.set("none");
  };
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
