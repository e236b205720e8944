import { type OperationResult, operations, readLeniently, resultMediaType } from "@front-door/operations";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import { isRequestPath } from "../../databricks/request-path.ts";
import type { Handler } from "../handler.ts";
import { isNotFound } from "../refusals.ts";
import { withPatience } from "../with-patience.ts";
import { directoryPage } from "./directory-page.ts";
import { encodedPath } from "./file-location.ts";

// Databricks documents a limit of 10 concurrent calls of the Files API. Half of it is left to others.
const listingsAtOnceMax = 5;
/** What a page of 1,000 entries takes in memory, as it came and as lines. */
const pageBytes = 512 * 1024;
/** Directories whose turn has not come. With more of them, they come before the next page of the directory they are in. */
const waitingMax = 2_000;

type DirectoryEntry = OperationResult<"list_directory">["contents"][number];

/** A directory to be listed, from a page on. */
interface Waiting {
  /** Percent-encoded. */
  readonly directory_path: string;
  readonly page_token?: string | undefined;
  /** Its own entry, until its first page is there. The root has none. */
  readonly entry?: DirectoryEntry | undefined;
}

/**
 * A failure of the first page is an error reply. After it, the listing waits while Databricks is too busy, and any other
 * failure becomes the last line.
 */
export const listTree: Handler<"list_tree"> = async ({ path }, { signal, memory }) => {
  const atOnceMax = memory.tryHold(listingsAtOnceMax * pageBytes) ? listingsAtOnceMax : 1;
  return {
    status: 200,
    headers: { "content-type": `${resultMediaType.ndjson}; charset=utf-8` },
    pieces: linesOf(encodedPath(path), atOnceMax, signal),
    openingPieces: 1,
    endsWithFailure: true,
  };
};

/**
 * A line for each entry, and a last one that says the listing is complete. A directory's own line comes when it is listed, so
 * that one which is gone by then is left out.
 */
async function* linesOf(
  root: string,
  atOnceMax: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  let count = 0;
  let next: Waiting[] = [{ directory_path: root }];
  const waiting: Waiting[] = [];
  for (let isFirst = true; next.length > 0; isFirst = false) {
    const pages = await Promise.all(
      next.map((each) => (isFirst ? pageOf(each, signal) : laterPageOf(each, signal))),
    );
    for (const page of pages) {
      if (page === undefined) continue;
      const { entries, directories, following } = page;
      // The last one is listed first. Page tokens are used soon, unless that would let directories pile up.
      if (waiting.length < waitingMax) waiting.push(...directories, ...following);
      else waiting.push(...following, ...directories);
      count += entries.length;
      if (entries.length > 0)
        yield Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    }
    next = waiting.splice(-atOnceMax);
  }
  yield Buffer.from(`{"complete":true,"entry_count":${count}}\n`);
}

/** Undefined if the directory is gone. */
async function laterPageOf(waiting: Waiting, signal: AbortSignal) {
  try {
    return await withPatience(signal, () => pageOf(waiting, signal));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function pageOf({ directory_path, page_token, entry }: Waiting, signal: AbortSignal) {
  const page = await directoryPage({ directory_path, page_token }, signal);
  const reading = readLeniently(operations.list_directory.result, page);
  if (!reading.success) throw invalidResponse(`a page with odd ${reading.oddFields.join(", ")}`, notRun);
  // Parsed by this schema, whose type `readLeniently` does not pass on.
  const { contents, next_page_token } = reading.data as OperationResult<"list_directory">;
  const files = contents.filter(({ is_directory }) => !is_directory);
  const { readable = [], unreadable = [] } = Object.groupBy(
    contents.filter(({ is_directory }) => is_directory),
    ({ name }) => (isReadable(name) ? "readable" : "unreadable"),
  );
  return {
    entries: [
      ...(entry === undefined ? [] : [entry]),
      ...files,
      ...unreadable.map((each) => ({ ...each, unreadable: true })),
    ],
    directories: readable.map((each) => ({ directory_path: pathIn(directory_path, each.name), entry: each })),
    following: next_page_token === undefined ? [] : [{ directory_path, page_token: next_page_token }],
  };
}

function pathIn(directory: string, name: string): string {
  return `${directory}/${encodeURIComponent(name)}`;
}

/** Whether a request can carry the name: whoever works at Databricks directly can give a directory any other one, too. */
function isReadable(name: string): boolean {
  return name.isWellFormed() && isRequestPath(pathIn("/api", name));
}

const notRun = { surelyNotRun: true };
