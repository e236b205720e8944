import { z } from "zod";
import { SignedLinks } from "../http/signed-links.ts";
import type { ResultChunks } from "./result-chunks.ts";

/** The path that links to results lead to. */
export const RESULT_LINKS = "/external-results";

/** Links to the chunks of results, which stand in for cloud storage. A link works until it expires, and while the result is kept. */
export class ResultLinks {
  readonly #tokens = new SignedLinks(z.object({ statementId: z.string(), chunk: z.number() }));
  readonly #linkMs: number;
  readonly #chunksOf: (statementId: string) => ResultChunks | undefined;

  constructor(linkMs: number, chunksOf: (statementId: string) => ResultChunks | undefined) {
    this.#linkMs = linkMs;
    this.#chunksOf = chunksOf;
  }

  /** The path of the link, and when it expires (epoch milliseconds). */
  make(statementId: string, chunk: number): { path: string; expiresAt: number } {
    const expiresAt = Date.now() + this.#linkMs;
    return { path: `${RESULT_LINKS}/${this.#tokens.make({ statementId, chunk }, expiresAt)}`, expiresAt };
  }

  open(token: string): { chunks: ResultChunks; index: number } | undefined {
    const opened = this.#tokens.open(token);
    if (opened === undefined || opened.isExpired) return undefined;
    const { statementId, chunk } = opened.claim;
    const chunks = this.#chunksOf(statementId);
    return chunks?.chunks[chunk] === undefined ? undefined : { chunks, index: chunk };
  }
}
