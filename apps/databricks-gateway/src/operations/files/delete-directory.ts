import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
import type { DirectoryEntry } from "@databricks/sdk-experimental/dist/apis/files/model.js";
import { mayHaveRun, OperationError } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { isNotFound } from "../refusals.ts";
import { pause, withPatience } from "../with-patience.ts";
import { encodedPath } from "./file-location.ts";

// Databricks documents a limit of 10 concurrent calls of the Files API. Half of it is left to others.
const deletionsAtOnceMax = 5;
// Passes over a directory that delete nothing. Pauses of 0.5, 1, 2, 4 and 8 s follow them.
const idlePassesMax = 5;
const idlePauseMs = 250;

/** The Files API deletes only empty directories, so with `recursive` the tree is deleted from its leaves up. */
export const deleteDirectory: Handler<"delete_directory"> = async ({ path, recursive }, { signal }) => {
  const directory = encodedPath(path);
  if (recursive) return { deleted: await new TreeDeletion(signal).run(directory) };
  await service(FilesService, signal).deleteDirectory({ directory_path: directory });
  return { deleted: 1 };
};

/** The deletion of one tree. */
class TreeDeletion {
  readonly #signal: AbortSignal;
  readonly #files: FilesService;
  /** Whether something has been deleted, or may have been. */
  #hasEffect = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#files = service(FilesService, signal);
  }

  /**
   * Returns how many files and directories it deleted. A failure after the first deletion is of unknown outcome, whatever its
   * own status: a part of the tree is gone.
   */
  async run(directory: string): Promise<number> {
    try {
      return await this.#deleteTree(directory);
    } catch (error) {
      if (!this.#hasEffect || !(error instanceof OperationError)) throw error;
      const message = `${error.message} A part of the directory may have been deleted.`;
      throw error.with({ retryable: false, retryAfterSeconds: undefined, outcome: "unknown" }, message);
    }
  }

  /**
   * Deletes a page of entries and lists from the start again, until nothing is left. So at most one page for each level is
   * in memory, and a listing that shifts under the deletions loses nothing.
   */
  async #deleteTree(directory_path: string): Promise<number> {
    const signal = this.#signal;
    const list = () =>
      listPage({
        service: this.#files,
        method: "listDirectoryContents",
        entries: "contents",
        request: { directory_path },
      });
    let deleted = 0;
    for (let idlePasses = 0; ; ) {
      const before = deleted;
      const { contents: entries = [] } = await withPatience(signal, list);
      deleted += await this.#deleteFiles(directory_path, entries);
      for (const entry of entries.filter(isDirectory)) {
        deleted += await this.#deleteTree(childOf(directory_path, entry)).catch(zeroIfGone);
      }
      if (entries.length === 0) {
        const send = () => this.#files.deleteDirectory({ directory_path });
        const gone = await this.#deleteOne(signal, send).catch(undefinedIfNotEmpty);
        if (gone !== undefined) return deleted + gone;
      }
      // A listing may lag behind deletions, and others may write meanwhile. Neither must cause a storm of calls.
      idlePasses = deleted > before ? 0 : idlePasses + 1;
      if (idlePasses > idlePassesMax) {
        throw new OperationError(
          "RESOURCE_CONFLICT",
          "The directory cannot be emptied: others keep writing to it, or its listing does not change.",
        );
      }
      if (idlePasses > 0) await pause(idlePauseMs * 2 ** idlePasses, signal);
    }
  }

  async #deleteFiles(directory: string, entries: readonly DirectoryEntry[]): Promise<number> {
    // All workers take from one iterator. When one fails, the others begin nothing more and stop waiting.
    const left = entries.filter((entry) => !isDirectory(entry)).values();
    const failed = new AbortController();
    const patience = AbortSignal.any([this.#signal, failed.signal]);
    let deleted = 0;
    const worker = async () => {
      for (const entry of left) {
        try {
          const file_path = childOf(directory, entry);
          const send = () => this.#files.delete({ file_path });
          const gone = await this.#deleteOne(patience, send);
          // `deleted += await …` would read the sum before the wait and lose what others add meanwhile.
          deleted += gone;
        } catch (error) {
          failed.abort(error);
        }
        if (failed.signal.aborted) return;
      }
    };
    // All of them, so that nothing is deleted after the caller has its reply.
    await Promise.all(Array.from({ length: deletionsAtOnceMax }, worker));
    failed.signal.throwIfAborted();
    return deleted;
  }

  /** 1, or 0 if another caller has already deleted it. */
  #deleteOne(patience: AbortSignal, send: () => Promise<unknown>): Promise<number> {
    return withPatience(patience, () => this.#noted(send)).then(() => 1, zeroIfGone);
  }

  async #noted(send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
      this.#hasEffect = true;
    } catch (error) {
      this.#hasEffect ||= error instanceof OperationError && mayHaveRun(error);
      throw error;
    }
  }
}

function zeroIfGone(error: unknown): 0 {
  if (isNotFound(error)) return 0;
  throw error;
}

/** Something was written into the directory after it was listed. */
function undefinedIfNotEmpty(error: unknown): undefined {
  const details = error instanceof OperationError ? (error.details ?? []) : [];
  if (!details.some(({ reason }) => reason === "FILES_API_DIRECTORY_IS_NOT_EMPTY")) throw error;
}

function isDirectory({ is_directory }: DirectoryEntry): boolean {
  return is_directory === true;
}

function childOf(directory: string, { name, path }: DirectoryEntry): string {
  const last: unknown = name ?? String(path).split("/").findLast(Boolean);
  if (typeof last === "string" && last !== "") return `${directory}/${encodeURIComponent(last)}`;
  throw invalidResponse("a directory entry without a name", { surelyNotRun: true });
}
