import { z } from "zod";

const count = z.number().int().nonnegative();

const thriftStatusSchema = z.strictObject({
  /** 2 is STILL_EXECUTING, 3 ERROR, 4 INVALID_HANDLE. */
  statusCode: count.default(3),
  errorMessage: z.string(),
  /** Default: the same as `errorMessage`. */
  displayMessage: z.string().optional(),
  sqlState: z.string().optional(),
  errorCode: count.default(0),
});

/** A failure to inject into future requests. If several match, the one added first applies. */
export const faultSchema = z
  .strictObject({
    method: z.string().optional(),
    /** The exact raw path without the query, or a prefix that ends in `*`. Default: any path. */
    path: z.string().optional(),
    /** A method of the Thrift service, such as `FetchResults`. They are all POSTs to one path. */
    thriftMethod: z.string().optional(),
    /** Which matching call it applies to, counted from 1. Default: every call. */
    nth: count.min(1).optional(),
    /** How often it applies at most. */
    times: count.min(1).optional(),
    /** Waits before anything else happens. */
    delayMs: count.optional(),
    /** Replies with this status in place of the handler. */
    status: count.min(200).max(599).optional(),
    /** Of that reply. `transfer-encoding: chunked` sends its body without a length. */
    headers: z.record(z.string(), z.string()).optional(),
    body: z
      .union([z.string(), z.custom<object>((body) => typeof body === "object" && body !== null)])
      .optional(),
    /** Replies as usual, but destroys the socket after this many bytes of the response body. */
    cutAfterBytes: count.optional(),
    /** Destroys the socket once this many bytes of the request body have arrived. */
    cutRequestAfterBytes: count.optional(),
    /** In listings, sends this many empty pages with a `next_page_token` before each real page. */
    emptyPages: count.optional(),
    /** Sends this many bytes of the response body, then nothing more, and keeps the socket open. */
    stallBodyAfterBytes: count.optional(),
    /** In place of the handler's reply, answers a Thrift call with this status and nothing else. */
    thriftStatus: thriftStatusSchema.optional(),
    /** In place of a reply: `reset` destroys the socket, `silent` keeps it open and sends nothing. */
    noReply: z.enum(["reset", "silent"]).optional(),
    /** Replies as usual, but with only the start of the body, as if that were all of it. */
    bodyBytes: count.optional(),
    /** Runs the handler all the same, before what the fault has in place of its reply. */
    afterRun: z.literal(true).optional(),
  })
  .refine(
    ({ afterRun, status, body, thriftStatus, noReply }) =>
      afterRun !== true || [status, body, thriftStatus, noReply].some((each) => each !== undefined),
    "afterRun needs a status, a body, a thriftStatus or noReply",
  );

/** A fault as it is ordered. */
export type Fault = z.input<typeof faultSchema>;
export type ActiveFault = z.output<typeof faultSchema>;

interface Ordered {
  fault: ActiveFault;
  matched: number;
  acted: number;
}

export class Faults {
  #ordered: Ordered[] = [];

  /** Throws if a field is unknown or invalid: with a fault that never applies, a test would test nothing. */
  add(fault: Fault): void {
    this.#ordered.push({ fault: faultSchema.parse(fault), matched: 0, acted: 0 });
  }

  clear(): void {
    this.#ordered = [];
  }

  /** The fault that applies to this request. Every matching fault counts the call, even if another one applies. */
  take(method: string, path: string, thriftMethod?: string): ActiveFault | undefined {
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

function matches(fault: ActiveFault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.path === undefined) return true;
  return fault.path.endsWith("*") ? path.startsWith(fault.path.slice(0, -1)) : path === fault.path;
}

function acts({ fault, matched, acted }: Ordered): boolean {
  if (fault.nth !== undefined && matched !== fault.nth) return false;
  return fault.times === undefined || acted < fault.times;
}
