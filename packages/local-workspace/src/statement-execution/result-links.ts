import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";

const claimSchema = z.tuple([z.string(), z.number().int(), z.number()]);

/** Link tokens that state a chunk and an expiry, signed with a secret of this process. */
export class ResultLinks {
  readonly #secret = randomBytes(32);

  /** A token for a chunk, valid until `expiresAt` (epoch milliseconds). */
  make(statementId: string, chunk: number, expiresAt: number): string {
    const claim = Buffer.from(JSON.stringify([statementId, chunk, expiresAt])).toString("base64url");
    return `${claim}.${this.#seal(claim)}`;
  }

  /** Undefined if the token was not made here or has expired. */
  open(token: string): { statementId: string; chunk: number } | undefined {
    const [claim = "", seal = ""] = token.split(".");
    const expected = Buffer.from(this.#seal(claim));
    const given = Buffer.from(seal);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [statementId, chunk, expiresAt] = claimSchema.parse(
      JSON.parse(Buffer.from(claim, "base64url").toString()),
    );
    return expiresAt > Date.now() ? { statementId, chunk } : undefined;
  }

  #seal(claim: string): string {
    return createHmac("sha256", this.#secret).update(claim).digest("base64url");
  }
}
