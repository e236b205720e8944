import { z } from "zod";

const count = z.number().int().nonnegative();

/** A failure to order for requests to come. Of several that match, the one added first acts. */
export const faultSchema = z.strictObject({
  method: z.string().optional(),
  /** The exact raw path without the query, or a prefix that ends in `*`; absent: any. */
  path: z.string().optional(),
  /** Only calls of this method of the Thrift service, such as `FetchResults`: all of them are POSTs on one path. */
  thriftMethod: z.string().optional(),
  /** Only the nth matching call, from 1; absent: every call. */
  nth: count.min(1).optional(),
  /** At most this many times. */
  times: count.min(1).optional(),
  /** Wait before anything else. */
  delayMs: count.optional(),
  /** Answer this instead. */
  status: count.min(200).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z
    .union([z.string(), z.custom<object>((body) => typeof body === "object" && body !== null)])
    .optional(),
  /** Answer normally, but destroy the socket after so many bytes of the response body. */
  cutAfterBytes: count.optional(),
  /** Destroy the socket when so many bytes of the request body have arrived. */
  cutRequestAfterBytes: count.optional(),
  /** Listings: so many empty pages with a `next_page_token` before each real page. */
  emptyPages: count.optional(),
  /** Send so many bytes of the response body and then nothing more, with the socket open. */
  stallBodyAfterBytes: count.optional(),
});

export type Fault = z.infer<typeof faultSchema>;

interface Ordered {
  fault: Fault;
  matched: number;
  acted: number;
}

export class Faults {
  #ordered: Ordered[] = [];

  /** Throws for a fault with unknown or impossible fields: a fault that never acts would be a test that never tests. */
  add(fault: Fault): void {
    this.#ordered.push({ fault: faultSchema.parse(fault), matched: 0, acted: 0 });
  }

  clear(): void {
    this.#ordered = [];
  }

  /** The fault for this request. Every matching fault counts the call, also when another acts. */
  take(method: string, path: string, thriftMethod?: string): Fault | undefined {
    let chosen: Ordered | undefined;
    for (const ordered of this.#ordered) {
      if (!matches(ordered.fault, method, path)) continue;
      if (ordered.fault.thriftMethod !== undefined && ordered.fault.thriftMethod !== thriftMethod) continue;
      ordered.matched += 1;
      if (chosen === undefined && acts(ordered)) chosen = ordered;
    }
    if (chosen === undefined) return undefined;
    chosen.acted += 1;
    return chosen.fault;
  }
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.path === undefined) return true;
  return fault.path.endsWith("*") ? path.startsWith(fault.path.slice(0, -1)) : path === fault.path;
}

function acts({ fault, matched, acted }: Ordered): boolean {
  if (fault.nth !== undefined && matched !== fault.nth) return false;
  return fault.times === undefined || acted < fault.times;
}
