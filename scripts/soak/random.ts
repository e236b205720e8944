import { createCipheriv, createHash } from "node:crypto";

/** Random numbers that are the same for the same seed, so that a run can be repeated. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  pick<Each>(from: readonly Each[]): Each;
}

/** Mulberry32. */
export function randomOf(seed: string): Random {
  let state = createHash("sha256").update(seed).digest().readUInt32LE();
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick(from) {
      const one = from[Math.floor(next() * from.length)];
      if (one === undefined) throw new Error("there is nothing to pick from");
      return one;
    },
  };
}

/** Bytes that nobody else has: the same for the same key. */
export function bytesOf(key: string, length: number): Buffer {
  const secret = createHash("sha256").update(key).digest();
  return createCipheriv("aes-128-ctr", secret.subarray(0, 16), secret.subarray(16)).update(
    Buffer.alloc(length),
  );
}
