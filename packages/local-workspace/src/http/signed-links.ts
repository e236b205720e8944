import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** What a token stands for, and whether its time is over. */
export interface OpenedLink<Claim> {
  claim: Claim;
  isExpired: boolean;
}

/** Tokens of links that stand in for cloud storage: a claim and an expiry, signed with a secret of this process. */
export class SignedLinks<Claim> {
  readonly #secret = randomBytes(32);
  readonly #sealed: z.ZodType<[Claim, number]>;

  constructor(claim: z.ZodType<Claim>) {
    this.#sealed = z.tuple([claim, z.number()]);
  }

  /** A token for the claim, valid until `expiresAt` (epoch milliseconds). */
  make(claim: Claim, expiresAt: number): string {
    const text = Buffer.from(JSON.stringify([claim, expiresAt])).toString("base64url");
    return `${text}.${this.#seal(text)}`;
  }

  /** Undefined if the token was not made here. */
  open(token: string): OpenedLink<Claim> | undefined {
    const [text = "", seal = ""] = token.split(".");
    const expected = Buffer.from(this.#seal(text));
    const given = Buffer.from(seal);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [claim, expiresAt] = this.#sealed.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    return { claim, isExpired: expiresAt <= Date.now() };
  }

  #seal(text: string): string {
    return createHmac("sha256", this.#secret).update(text).digest("base64url");
  }
}
