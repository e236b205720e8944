import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { replaceFile } from "./durable-file.ts";

/** One JSON document of the state folder. The state is changed in memory, and `save` makes it last. */
export class StateFile<Schema extends z.ZodType> {
  readonly state: z.output<Schema>;
  /** Whether there was no file. */
  readonly isNew: boolean;
  readonly #path: string;
  readonly #temporaryDir: string;
  #writing: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  private constructor(
    path: string,
    temporaryDir: string,
    given: { state: z.output<Schema>; isNew: boolean },
  ) {
    this.#path = path;
    this.#temporaryDir = temporaryDir;
    this.state = given.state;
    this.isNew = given.isNew;
  }

  /** Reads the file, or begins with `initial` if there is none yet. Writes nothing. */
  static async open<Schema extends z.ZodType>(
    path: string,
    temporaryDir: string,
    schema: Schema,
    initial: () => z.output<Schema>,
  ): Promise<StateFile<Schema>> {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    const isNew = text === undefined;
    const state = isNew ? initial() : schema.parse(JSON.parse(text));
    return new StateFile<Schema>(path, temporaryDir, { state, isNew });
  }

  /** Resolves when what the state is now is on disk. Calls at the same time share a write. */
  save(): Promise<void> {
    this.#waiting ??= this.#writing.then(() => {
      this.#waiting = undefined;
      const written = replaceFile(this.#path, JSON.stringify(this.state), this.#temporaryDir);
      this.#writing = written.catch(() => {});
      return written;
    });
    return this.#waiting;
  }
}
