import { setTimeout as sleep } from "node:timers/promises";
import type {
  DirectoryEntry,
  ListDirectoryResponse,
} from "@databricks/sdk-experimental/dist/apis/files/model.js";
import { OperationError, parseVolumePath } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { callContext } from "../../databricks/call-context.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { encodedPath } from "./file-location.ts";
import { isNotFound } from "./file-version.ts";

// Databricks documents a load limit of 10 calls at once for the Files API; half of it is left to others.
const deletionsAtOnceMax = 5;

/** The Files API deletes only what is empty, so with `recursive` the tree goes from its leaves up. */
export const deleteDirectory: Handler<"delete_directory"> = async ({ path, recursive }, { signal }) => {
  if (parseVolumePath(path).segments.length === 0) {
    const message = "must be a directory inside a volume; delete_volume deletes a volume";
    throw new OperationError("INVALID_PARAMETER_VALUE", `path: ${message}`, {
      details: [{ field: "path", message }],
    });
  }
  const directory = encodedPath(path);
  if (recursive) return { deleted: await deleteTree(directory, signal) };
  await getWorkspaceClient().files.deleteDirectory({ directory_path: directory }, callContext(signal));
  return { deleted: 1 };
};

/**
 * Deletes a page of entries and lists from the start again until nothing is left, so that no more than one page for each
 * level is in memory, and a listing that shifts under the deletions loses nothing. Counts what is gone.
 */
async function deleteTree(directory: string, signal: AbortSignal): Promise<number> {
  let deleted = 0;
  for (;;) {
    const entries = await withPatience(signal, () => firstEntries(directory, signal));
    if (entries.length === 0) break;
    deleted += await deleteFiles(directory, entries, signal);
    for (const entry of entries.filter((candidate) => candidate.is_directory === true)) {
      deleted += await deleteTree(childOf(directory, entry), signal).catch(zeroIfGone);
    }
  }
  const { files } = getWorkspaceClient();
  return (
    deleted +
    (await deleteOne(signal, (context) => files.deleteDirectory({ directory_path: directory }, context)))
  );
}

async function firstEntries(directory: string, signal: AbortSignal): Promise<DirectoryEntry[]> {
  const client = getWorkspaceClient();
  const page = await listPage(
    undefined,
    (reply: ListDirectoryResponse) => reply.contents,
    (paging) => getJson(client, `/api/2.0/fs/directories${directory}`, paging, signal),
  );
  return page.contents ?? [];
}

async function deleteFiles(
  directory: string,
  entries: readonly DirectoryEntry[],
  signal: AbortSignal,
): Promise<number> {
  const { files } = getWorkspaceClient();
  const waiting = eachFile(entries);
  let deleted = 0;
  const worker = async () => {
    try {
      for (const entry of waiting) {
        const file_path = childOf(directory, entry);
        const gone = await deleteOne(signal, (context) => files.delete({ file_path }, context));
        // Not `deleted += await …`, which reads the sum before the wait and loses what others add meanwhile.
        deleted += gone;
      }
    } finally {
      // All workers share one iterator: when one fails, the others begin nothing more.
      waiting.return();
    }
  };
  await Promise.all(Array.from({ length: deletionsAtOnceMax }, worker));
  return deleted;
}

function* eachFile(entries: readonly DirectoryEntry[]): Generator<DirectoryEntry, void> {
  for (const entry of entries) if (entry.is_directory !== true) yield entry;
}

/** 1, or 0 for what another caller had deleted already. */
async function deleteOne(
  signal: AbortSignal,
  send: (context: ReturnType<typeof callContext>) => Promise<unknown>,
): Promise<number> {
  const done = withPatience(signal, () => send(callContext(signal)));
  return done.then(() => 1, zeroIfGone);
}

function zeroIfGone(error: unknown): 0 {
  if (isNotFound(error)) return 0;
  throw error;
}

function childOf(directory: string, { name, path }: DirectoryEntry): string {
  const last = name ?? path?.split("/").findLast(Boolean);
  if (!last) throw new OperationError("UPSTREAM_INVALID_RESPONSE", "A directory's listing has no names.");
  return `${directory}/${encodeURIComponent(last)}`;
}

/**
 * The one place that waits when Databricks is too busy: a deletion that is half done cannot be handed back to the
 * caller to try again. The wait ends with the operation's deadline.
 */
async function withPatience<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const busy = error instanceof OperationError && (error.status === 429 || error.status === 503);
      if (!busy) throw error;
      await sleep((error.retryAfterSeconds ?? 1) * 1000, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }
}
