import { type FrontDoor, fileTarget } from "@front-door/api-client";
import { hasCredential, onPersonChange } from "../shell/credential.ts";
import { frontDoor } from "../shell/front-door.ts";
import type { Entry } from "./directory-query.ts";
import { sizeText } from "./file-facts.ts";

/** One download whose bytes pass through the page. */
export interface DownloadItem {
  readonly id: number;
  readonly name: string;
  readonly loaded: number;
  readonly total: number | undefined;
  readonly phase: "waiting" | "running" | "done" | "cancelled" | "failed";
  readonly error: Error | undefined;
}

/** What a page can hold of a file that the browser cannot write to disk as it comes. */
const heldBytesMax = 512 * 1024 * 1024;
const showEveryMs = 100;
/** A browser takes what a link names when the link is clicked, Safari a little later. None of them says so. */
const takenAfterMs = 1_000;

/** Where Chromium lets a page write a file that the person has named. TypeScript does not know it yet. */
interface FilePicker {
  readonly showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

const listeners = new Set<() => void>();
/** Of those that are under way. */
const controllers = new Map<number, AbortController>();
const saves = new Map<number, (signal: AbortSignal, onProgress: OnProgress) => Promise<void>>();
let items: readonly DownloadItem[] = [];
let nextId = 1;
let showing: ReturnType<typeof setTimeout> | undefined;

/** A store for `useSyncExternalStore`. */
export const downloads = {
  view: () => items,
  subscribe: (changed: () => void) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  },
  cancel: (id: number) => controllers.get(id)?.abort(),
  cancelAll,
  /** Begins again with one that failed or was cancelled. */
  retry: (id: number) =>
    void runAgain(items.some((item) => item.id === id && isRepeatable(item)) ? [id] : []),
  /** Begins again with all that failed. */
  retryAll: () => void runAgain(items.filter(({ phase }) => phase === "failed").map(({ id }) => id)),
  clear: () => {
    keepOnly(items.filter(isUnderWay));
  },
};

/** Whether a download may still take bytes. */
export function isUnderWay({ phase }: Pick<DownloadItem, "phase">): boolean {
  return phase === "waiting" || phase === "running";
}

function isRepeatable({ phase }: DownloadItem): boolean {
  return phase === "failed" || phase === "cancelled";
}

function cancelAll(): void {
  for (const controller of controllers.values()) controller.abort();
}

onPersonChange(() => {
  cancelAll();
  keepOnly([]);
});

/**
 * Saves files to the person's disk. Where the browser itself can ask for them, because nothing or a cookie signs in, it
 * downloads them: any size, with its own progress. A credential that is a header needs the page to ask: then a single file is
 * written to disk as it comes where the browser has a way to (Chromium), and otherwise held in memory, up to 512 MiB.
 */
export async function saveFiles(entries: readonly Entry[]): Promise<void> {
  if (!hasCredential()) {
    for (const { path } of entries) clickLink(fileTarget({ path }), "");
    return;
  }
  const [first, ...others] = entries;
  const { showSaveFilePicker: pick } = window as FilePicker;
  if (pick !== undefined && first !== undefined && others.length === 0) return saveAsItComes(first, pick);
  // All are shown at once, and one after the other is held in memory.
  for (const id of entries.map((entry) => track(entry, saveWhole(entry)))) await run(id);
}

async function saveAsItComes(
  entry: Entry,
  pick: NonNullable<FilePicker["showSaveFilePicker"]>,
): Promise<void> {
  try {
    const handle = await pick({ suggestedName: entry.name });
    await run(track(entry, async (file) => file.stream().pipeTo(await handle.createWritable())));
  } catch (error) {
    // Whoever closes the browser's own dialog wants nothing.
    if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
  }
}

function saveWhole({ name }: Entry): Save {
  return async (file) => {
    if ((file.size ?? 0) > heldBytesMax) {
      await file.cancel();
      throw new RangeError(
        `This browser can save ${sizeText(heldBytesMax)} of a file when an API key or a token signs in. Use Chromium, or front-door cp.`,
      );
    }
    const url = URL.createObjectURL(await file.blob());
    clickLink(url, name);
    setTimeout(() => URL.revokeObjectURL(url), takenAfterMs);
  };
}

/** An empty name: that which the reply has. */
function clickLink(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}

type OnProgress = (progress: { readonly loaded: number }) => void;
type Save = (file: Awaited<ReturnType<FrontDoor["download"]>>) => Promise<void>;

/** Shows a download from now on, and returns its id. */
function track({ name, path, file_size: total }: Entry, save: Save): number {
  const id = nextId++;
  saves.set(id, async (signal, onProgress) => save(await frontDoor.download(path, { signal, onProgress })));
  items = [...items, { id, name, loaded: 0, total, phase: "waiting", error: undefined }];
  wait(id);
  return id;
}

/** From here on it can be cancelled. */
function wait(id: number): void {
  const controller = new AbortController();
  controllers.set(id, controller);
  controller.signal.addEventListener("abort", () => end(id, { phase: "cancelled" }));
  change(id, { phase: "waiting", loaded: 0, error: undefined });
}

/** Never rejects: what failed is shown. */
async function run(id: number): Promise<void> {
  const signal = controllers.get(id)?.signal;
  // It was cancelled, and may have been begun again.
  if (signal === undefined || items.find((item) => item.id === id)?.phase !== "waiting") return;
  change(id, { phase: "running" });
  try {
    await saves.get(id)?.(signal, ({ loaded }) => change(id, { loaded }));
    if (!signal.aborted) end(id, { phase: "done" });
  } catch (error) {
    if (signal.aborted) return;
    end(id, { phase: "failed", error: error instanceof Error ? error : new Error(String(error)) });
  }
}

function end(id: number, changes: Partial<DownloadItem>): void {
  controllers.delete(id);
  change(id, changes);
}

/** All wait at once, and one after the other is held in memory. */
async function runAgain(ids: readonly number[]): Promise<void> {
  for (const id of ids) wait(id);
  for (const id of ids) await run(id);
}

function change(id: number, changes: Partial<DownloadItem>): void {
  items = items.map((item) => (item.id === id ? { ...item, ...changes } : item));
  showSoon();
}

function keepOnly(kept: readonly DownloadItem[]): void {
  for (const id of saves.keys()) if (!kept.some((item) => item.id === id)) saves.delete(id);
  items = kept;
  showSoon();
}

function showSoon(): void {
  showing ??= setTimeout(() => {
    showing = undefined;
    for (const changed of listeners) changed();
  }, showEveryMs);
}
