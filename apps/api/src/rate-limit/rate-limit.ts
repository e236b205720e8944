import { OperationError } from "@front-door/operations";
import type { Request, Response } from "express";
import { ipKeyGenerator, MemoryStore, type Options, rateLimit, type Store } from "express-rate-limit";

const windowMs = 60_000;
/** A household's or a server's whole network: whoever has one address of it has all (RFC 6177). */
const ipv6Prefix = 56;

/** Counts a request of its caller. Throws RATE_LIMITED when it is one too many in a minute. */
export type CallerLimit = (req: Request, res: Response) => Promise<void>;

/** Counts a caller's requests of a minute, wherever `store` counts them. */
export function createCallerLimit(perMinute: number, store: Store): CallerLimit {
  const limiter = rateLimit({
    windowMs,
    limit: perMinute,
    store,
    identifier: "caller",
    standardHeaders: "draft-8",
    legacyHeaders: false,
    keyGenerator: (req, { locals: { caller } }: Response) =>
      caller?.signedIn ? `caller:${caller.name}` : `address:${addressKey(req)}`,
    handler: (req: Request & { rateLimit?: { resetTime?: Date | undefined } }, _res, next) =>
      next(tooMany("Too many requests of this caller", req.rateLimit?.resetTime)),
    // They look at the first request and write to the console; what they look for is tested here.
    validate: false,
  });
  return (req, res) =>
    new Promise((resolve, reject) => {
      limiter(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
}

/**
 * Bounds how often one address can fail to sign in within a minute. It counts in this process alone: a guess costs a
 * guesser a request whichever process answers, and those who sign in rightly wait for no other machine.
 */
export class FailedSignIns {
  readonly #failuresMax: number;
  readonly #store = new MemoryStore();

  constructor(failuresMax: number) {
    this.#failuresMax = failuresMax;
    // The store reads nothing else of the options.
    this.#store.init({ windowMs } as Options);
  }

  /** Throws RATE_LIMITED for an address that has failed too often. */
  async check(req: Request): Promise<void> {
    const failures = await this.#store.get(addressKey(req));
    if (failures !== undefined && failures.totalHits >= this.#failuresMax) {
      throw tooMany("Too many failed sign-ins from this address", failures.resetTime);
    }
  }

  async count(req: Request): Promise<void> {
    await this.#store.increment(addressKey(req));
  }
}

/** Some proxies write the client's port behind its address, which is another one with each connection. */
function addressKey({ ip = "unknown" }: Request): string {
  const address = ip
    .replace(/^([\d.]+):\d+$/, "$1")
    .replace(/^\[(.*)\](?::\d+)?$/, "$1")
    .replace(/%.*$/, "");
  return ipKeyGenerator(address, ipv6Prefix);
}

function tooMany(what: string, resetTime: Date | undefined): OperationError {
  const waitMs = resetTime === undefined ? windowMs : resetTime.getTime() - Date.now();
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new OperationError("RATE_LIMITED", `${what}: wait ${retryAfterSeconds} s.`, { retryAfterSeconds });
}
