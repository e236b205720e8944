import { createHash } from "node:crypto";
import { z } from "zod";

export const DIMENSIONS = 64;

/** As many texts as OpenAI's API takes. */
const TEXTS_MAX = 2048;

export const embeddingRequest = z.object({
  input: z.union([z.string(), z.array(z.string()).min(1).max(TEXTS_MAX)]),
});

/** The reply of an embeddings model, in the form of OpenAI's. */
export function hashEmbeddings(model: string, { input }: z.infer<typeof embeddingRequest>): object {
  const texts = typeof input === "string" ? [input] : input;
  const tokens = texts.reduce((sum, text) => sum + wordsOf(text).length, 0);
  return {
    object: "list",
    model,
    data: texts.map((text, index) => ({ object: "embedding", index, embedding: embedding(text) })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/**
 * A vector of length 1: each word adds or takes 1 at a place that its hash decides. Texts with the same words are alike,
 * and nothing is known of their meaning.
 */
export function embedding(text: string): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => 0);
  for (const word of wordsOf(text)) {
    const hash = createHash("sha256").update(word).digest();
    const at = hash.readUInt8(0) % DIMENSIONS;
    vector[at] = (vector[at] ?? 0) + (hash.readUInt8(1) % 2 === 0 ? 1 : -1);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
