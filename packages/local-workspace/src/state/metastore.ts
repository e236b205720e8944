import { readFile } from "node:fs/promises";
import { z } from "zod";
import { replaceFile } from "./durable-file.ts";
import { MetastoreState } from "./metastore-state.ts";
import { grantSchema, securableSchema } from "./securables.ts";
import type { StateFolder } from "./state-folder.ts";

const fileSchema = z.object({
  version: z.literal(1),
  metastoreId: z.string(),
  securables: z.array(securableSchema),
  grants: z.array(grantSchema),
});

type Edit<Result> = (draft: MetastoreState) => Result;

interface Waiting {
  edit: Edit<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** The metadata on disk. A resolved `change` survives a crash; a rejected one leaves no trace. */
export class Metastore {
  readonly #folder: StateFolder;
  #state: MetastoreState;
  #waiting: Waiting[] = [];
  #writing = false;

  private constructor(folder: StateFolder, state: MetastoreState) {
    this.#folder = folder;
    this.#state = state;
  }

  /** Reads the folder's metastore, or writes `initial()` if there is none yet. */
  static async open(folder: StateFolder, initial: () => Promise<MetastoreState>): Promise<Metastore> {
    const text = await readFile(folder.metastoreFile, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text !== undefined) {
      const kept = fileSchema.parse(JSON.parse(text));
      return new Metastore(folder, new MetastoreState(kept.metastoreId, kept.securables, kept.grants));
    }
    const metastore = new Metastore(folder, await initial());
    await metastore.#write(metastore.#state);
    return metastore;
  }

  /** The most recent state on disk. */
  get state(): MetastoreState {
    return this.#state;
  }

  /**
   * Runs an edit after all earlier ones, and resolves when its result is on disk. An edit must not throw once it has
   * touched the draft. Edits that wait at the same time share one write.
   */
  change<Result>(edit: Edit<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ edit, resolve, reject });
      void this.#writeWaiting();
    });
  }

  async #writeWaiting(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    while (this.#waiting.length > 0) await this.#writeBatch(this.#waiting.splice(0));
    this.#writing = false;
  }

  async #writeBatch(batch: Waiting[]): Promise<void> {
    const draft = this.#state.copy();
    const answers: (() => void)[] = [];
    const accepted: Waiting[] = [];
    for (const waiting of batch) {
      try {
        const result = waiting.edit(draft);
        accepted.push(waiting);
        answers.push(() => waiting.resolve(result));
      } catch (error) {
        waiting.reject(error);
      }
    }
    if (accepted.length === 0) return;
    try {
      await this.#write(draft);
      this.#state = draft;
      for (const answer of answers) answer();
    } catch (error) {
      for (const waiting of accepted) waiting.reject(error);
    }
  }

  async #write(state: MetastoreState): Promise<void> {
    const kept: z.infer<typeof fileSchema> = {
      version: 1,
      metastoreId: state.metastoreId,
      securables: state.securables(),
      grants: [...state.grants()],
    };
    await replaceFile(this.#folder.metastoreFile, JSON.stringify(kept), this.#folder.temporaryDir);
  }
}
