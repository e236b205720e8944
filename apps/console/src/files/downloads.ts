import type { FrontDoor } from "@front-door/api-client";
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
  readonly phase: "running" | "done" | "cancelled" | "failed";
  readonly error: Error | undefined;
}

/** What a page can hold of a file that the browser cannot write to disk as it comes. */
const heldBytesMax = 512 * 1024 * 1024;
const showEveryMs = 100;

/** Where Chromium lets a page write a file that the person has named. TypeScript does not know it yet. */
interface FilePicker {
  readonly showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

const listeners = new Set<() => void>();
const controllers = new Map<number, AbortController>();
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
  clear: () => {
    items = items.filter(({ phase }) => phase === "running");
    showSoon();
  },
};

onPersonChange(() => {
  for (const controller of controllers.values()) controller.abort();
  items = [];
  showSoon();
});

/**
 * Saves files to the person's disk. Where the browser itself can ask for them, because nothing or a cookie signs in, it
 * downloads them: any size, with its own progress. A credential that is a header needs the page to ask: then a single file is
 * written to disk as it comes where the browser has a way to (Chromium), and otherwise held in memory, up to 512 MiB.
 */
export async function saveFiles(entries: readonly Entry[]): Promise<void> {
  if (!hasCredential()) {
    for (const { path } of entries) clickLink(`/api/files?path=${encodeURIComponent(path)}`, "");
    return;
  }
  const [first, ...others] = entries;
  const { showSaveFilePicker: pick } = window as FilePicker;
  if (pick !== undefined && first !== undefined && others.length === 0) return saveAsItComes(first, pick);
  for (const entry of entries) await saveWhole(entry);
}

async function saveAsItComes(
  entry: Entry,
  pick: NonNullable<FilePicker["showSaveFilePicker"]>,
): Promise<void> {
  try {
    const handle = await pick({ suggestedName: entry.name });
    await track(entry, async (file) => file.stream().pipeTo(await handle.createWritable()));
  } catch (error) {
    // Whoever closes the browser's own dialog wants nothing.
    if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
  }
}

async function saveWhole(entry: Entry): Promise<void> {
  await track(entry, async (file) => {
    if ((file.size ?? 0) > heldBytesMax) {
      await file.cancel();
      throw new RangeError(
        `This browser can save ${sizeText(heldBytesMax)} of a file when an API key or a token signs in. Use Chromium, or front-door cp.`,
      );
    }
    const url = URL.createObjectURL(await file.blob());
    clickLink(url, entry.name);
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
}

/** An empty name: that which the reply has. */
function clickLink(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}

type Download = Awaited<ReturnType<FrontDoor["download"]>>;

/** Shows the download while it runs. Never rejects: what failed is shown too. */
async function track(entry: Entry, save: (file: Download) => Promise<void>): Promise<void> {
  const id = nextId++;
  const controller = new AbortController();
  const { signal } = controller;
  controllers.set(id, controller);
  const { name, path, file_size: total } = entry;
  items = [...items, { id, name, loaded: 0, total, phase: "running", error: undefined }];
  showSoon();
  try {
    const onProgress = ({ loaded }: { readonly loaded: number }) => change(id, { loaded });
    await save(await frontDoor.download(path, { signal, onProgress }));
    change(id, { phase: "done" });
  } catch (error) {
    if (signal.aborted) change(id, { phase: "cancelled" });
    else change(id, { phase: "failed", error: error instanceof Error ? error : new Error(String(error)) });
  } finally {
    controllers.delete(id);
  }
}

function change(id: number, changes: Partial<DownloadItem>): void {
  items = items.map((item) => (item.id === id ? { ...item, ...changes } : item));
  showSoon();
}

function showSoon(): void {
  showing ??= setTimeout(() => {
    showing = undefined;
    for (const changed of listeners) changed();
  }, showEveryMs);
}
