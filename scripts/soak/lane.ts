import type { Caller, Credential } from "./callers.ts";
import type { Judge } from "./judge.ts";
import type { ProductUnderSoak } from "./product-under-soak.ts";
import type { Random } from "./random.ts";

/** What an error reply says to do next: docs/reliability.md. */
interface Failure {
  readonly status: number;
  readonly code: string;
  readonly retryable: boolean;
  readonly unknown: boolean;
}

export type Reply =
  | { readonly kind: "ok"; readonly status: number; readonly headers: Headers; readonly body: Buffer }
  | ({ readonly kind: "failed" } & Failure)
  /** The connection broke. */
  | { readonly kind: "broken" };

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: object | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses below 500 that are right here, beside 200 to 299. */
  readonly alsoRight?: readonly number[];
  /** Its effect cannot be unknown: it only reads, or may run twice. */
  readonly mayRunTwice: boolean;
  /** Its body may break off after its head: it is not written as a whole. */
  readonly streams?: boolean;
  readonly timeoutMs?: number;
}

/** What a lane has to know of the product. */
export type ProductOfLane = Pick<ProductUnderSoak, "origin" | "secretGeneration" | "wasAway">;

/** One of a caller's programs, which sends one request after another. What it owns nobody else touches. */
export class Lane {
  readonly name: string;
  readonly caller: Caller;
  readonly random: Random;
  readonly product: ProductOfLane;
  readonly judge: Judge;
  #sent = 0;

  constructor(name: string, caller: Caller, random: Random, product: ProductOfLane, judge: Judge) {
    this.name = name;
    this.caller = caller;
    this.random = random;
    this.product = product;
    this.judge = judge;
  }

  /** A text that no other request has. */
  mark(): string {
    this.#sent += 1;
    return `${this.name}.${this.#sent}`;
  }

  /** What every request of the lane has. */
  headers(id: string, timeoutMs: number): Record<string, string> {
    return {
      ...this.caller.credential.headers,
      "x-request-id": id,
      "x-request-timeout-ms": String(timeoutMs),
    };
  }

  /** Sends a request and reads its whole reply. Whatever no fault explains is a wrong reply. */
  async send(sent: Sent): Promise<Reply> {
    const { method, path, body, headers, mayRunTwice, streams = false, timeoutMs = 15_000 } = sent;
    const id = this.mark();
    const { credential } = this.caller;
    const isJson = body !== undefined && !(body instanceof Buffer);
    const startedAt = performance.now();
    const what = `${method} ${path.split("?", 1)[0]?.replaceAll(/[0-9a-f-]{36}\.[\w-]+/g, "{id}")}`;
    let reply: Response | undefined;
    try {
      reply = await fetch(this.product.origin + path, {
        method,
        headers: {
          ...this.headers(id, timeoutMs),
          ...(isJson && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: isJson ? JSON.stringify(body) : new Uint8Array(body) }),
      });
      const bytes = Buffer.from(await reply.arrayBuffer());
      this.judge.expect(
        reply.headers.get("x-request-id") === id,
        `${what}: the id of another request`,
        () => [id, reply?.headers.get("x-request-id")],
      );
      if (reply.status < 400 || sent.alsoRight?.includes(reply.status)) {
        this.judge.count("replies: ok");
        return { kind: "ok", status: reply.status, headers: reply.headers, body: bytes };
      }
      const failure = failureOf(bytes, id);
      if (failure === undefined) {
        this.judge.wrong(`${what}: no error envelope`, [reply.status, bytes.toString().slice(0, 300)]);
        return { kind: "broken" };
      }
      this.#judgeFailure(what, failure, { credential, startedAt, mayRunTwice });
      return { kind: "failed", ...failure };
    } catch (error) {
      const isExplained = (streams && reply !== undefined) || this.product.wasAway(startedAt);
      this.judge.count(
        reply === undefined ? "replies: no connection" : `replies: broken off after ${reply.status}`,
      );
      this.judge.expect(isExplained, `${what}: the connection broke`, () => [String(error), causeOf(error)]);
      return { kind: "broken" };
    }
  }

  #judgeFailure(
    what: string,
    failure: Failure,
    {
      credential,
      startedAt,
      mayRunTwice,
    }: { credential: Credential; startedAt: number; mayRunTwice: boolean },
  ): void {
    const { status, code, retryable, unknown } = failure;
    this.judge.count(`replies: ${status} ${code}${unknown ? ", outcome unknown" : ""}`);
    // A fault of Databricks, a process that is away, a deadline.
    const isFault = (status === 429 || status === 408 || status >= 500) && code !== "INTERNAL_ERROR";
    const wasReplaced =
      (status === 401 || status === 403) &&
      (credential.refusedSince ?? Number.POSITIVE_INFINITY) > startedAt &&
      credential.refusedSince !== undefined;
    this.judge.expect(isFault || wasReplaced, `${what}: refused`, () => failure);
    this.judge.expect(!(unknown && retryable), `${what}: unknown and retryable`, () => failure);
    this.judge.expect(
      !(unknown && mayRunTwice),
      `${what}: unknown, although it may run twice`,
      () => failure,
    );
  }
}

function failureOf(body: Buffer, id: string): Failure | undefined {
  try {
    const envelope = JSON.parse(body.toString()) as Record<string, unknown>;
    const { status, error, error_code: code, request_id: requestId, retryable, outcome } = envelope;
    if (typeof status !== "number" || typeof error !== "string" || typeof code !== "string") return undefined;
    if (requestId !== id || typeof retryable !== "boolean") return undefined;
    return { status, code, retryable, unknown: outcome === "unknown" };
  } catch {
    return undefined;
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
}

/** The parsed body; undefined, and a wrong reply, if it is no JSON. */
export function jsonOf(lane: Lane, what: string, body: Buffer): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    lane.judge.wrong(`${what}: no JSON`, body.toString().slice(0, 300));
    return undefined;
  }
}
