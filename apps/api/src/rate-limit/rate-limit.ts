import { createHash } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { OperationError } from "@front-door/operations";
import type { Request, Response } from "express";
import ipaddr from "ipaddr.js";
import { type HitCounter, type Hits, HitsInMemory, windowSeconds } from "./hit-counter.ts";

/** The network of a household or a server, all of whose addresses one caller can use (RFC 6177). */
const ipv6Prefix = 56;

/**
 * Whom every limit counts the request for: the caller who signed in, else the address that it comes from. A name of one mode
 * is nobody of another.
 */
export function countedAs(req: Request, { locals: { caller } }: Response): string {
  return caller?.signedIn ? `${caller.mode}:${caller.name}` : `address:${addressKey(req)}`;
}

/**
 * Counts a request of its caller. Throws RATE_LIMITED if it exceeds the limit of a minute: the installation's, or `ofRule`, the
 * one in the caller's rule, if that is less.
 */
export type CallerLimit = (req: Request, res: Response, ofRule?: number) => Promise<void>;

/** With `most`, the requests of a minute, being 0, only rules limit anybody. */
export function createCallerLimit(most: number, counter: HitCounter = new HitsInMemory()): CallerLimit {
  return async (req, res, ofRule = Number.POSITIVE_INFINITY) => {
    const perMinute = Math.min(most > 0 ? most : Number.POSITIVE_INFINITY, ofRule);
    if (perMinute === Number.POSITIVE_INFINITY) return;
    const { consumedPoints, msBeforeNext } = await counter.penalty(countedAs(req, res));
    const remaining = Math.max(0, perMinute - consumedPoints);
    // Revision 8 of draft-ietf-httpapi-ratelimit-headers.
    res.set("RateLimit-Policy", `"caller"; q=${perMinute}; w=${windowSeconds}`);
    res.set("RateLimit", `"caller"; r=${remaining}; t=${toSeconds(msBeforeNext)}`);
    if (consumedPoints > perMinute) throw tooMany("Too many requests from this caller", msBeforeNext);
  };
}

/**
 * Limits failed sign-ins of one address, and with one credential, within a minute. A credential is checked first, so a good
 * one is never refused because of others' bad ones. Each failure takes its own number at once, so guesses that are sent
 * together cannot all pass before the first one counts. Counts in this process only, so no sign-in waits.
 */
export class FailedSignIns {
  readonly #failuresMax: number;
  readonly #ofAddress = new HitsInMemory();
  readonly #withCredential = new HitsInMemory();

  constructor(failuresMax: number) {
    this.#failuresMax = failuresMax;
  }

  /** Counts a failure. Throws RATE_LIMITED for one too many of its address, or with its credential. */
  count(req: Request, credential: string | undefined): void {
    this.#check(this.#ofAddress.penalty(addressKey(req)), "from this address");
    if (credential === undefined) return;
    const digest = createHash("sha256").update(credential).digest("base64");
    this.#check(this.#withCredential.penalty(digest), "with this credential");
  }

  #check({ consumedPoints, msBeforeNext }: Hits, where: string): void {
    if (consumedPoints > this.#failuresMax) throw tooMany(`Too many failed sign-ins ${where}`, msBeforeNext);
  }
}

/** An IPv4 address, or the network of an IPv6 one. */
function addressKey({ ip = "unknown" }: Request): string {
  if (isIPv4(ip)) return ip;
  // Some proxies append the client's port, which differs with each connection.
  const [address = ""] = ip
    .replace(/^([\d.]+):\d+$/, "$1")
    .replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .split("%", 1);
  if (!isIPv6(address)) return address;
  const parsed = ipaddr.IPv6.parse(address);
  return parsed.isIPv4MappedAddress()
    ? parsed.toIPv4Address().toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${ipv6Prefix}`).toString();
}

function tooMany(what: string, waitMs: number): OperationError {
  const retryAfterSeconds = toSeconds(waitMs);
  return new OperationError("RATE_LIMITED", `${what}. Try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });
}

/** Rounded up, and at least 1: a client that waits so long is not refused again. */
function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
