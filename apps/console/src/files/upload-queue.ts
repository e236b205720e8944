import { type FrontDoor, FrontDoorError } from "@front-door/api-client";
import { isSignInRefused } from "../shell/is-sign-in-refused.ts";
import { numbered } from "./file-path.ts";
import type { PickedFile } from "./picked-files.ts";

/** `exists`: the queue waits for an answer about this file. */
type UploadPhase = "waiting" | "running" | "paused" | "exists" | "done" | "skipped" | "cancelled" | "failed";
/** What to do with a file whose name is taken. */
export type ExistsAnswer = "replace" | "keep both" | "skip";

/** Files that were dropped or picked together. An answer for all of them holds for no others. */
interface Drop {
  /** For those that come upon a taken name later. */
  answerToAll?: ExistsAnswer;
}

export interface UploadItem {
  readonly id: number;
  readonly file: File;
  /** Where it goes, and after `keep both` where it went. */
  readonly path: string;
  /** Below the folder that it was dropped on. */
  readonly label: string;
  readonly phase: UploadPhase;
  /** Bytes that were sent. */
  readonly loaded: number;
  readonly answer: ExistsAnswer | undefined;
  readonly drop: Drop;
  /** Why it has failed, or is paused until the person signs in. */
  readonly error: Error | undefined;
}

/** Browsers open six connections to an origin. The rest of the page needs some. */
const parallelMax = 3;
/** Ten times a second is enough for a person. */
const showEveryMs = 100;
/** A larger file is asked about first, because the refusal of a name that is taken comes after all bytes. */
const sentUnaskedMax = 1024 * 1024;

/** One attempt to store a file. Whatever a run says that is no longer the one of its file is of no interest. */
interface Run {
  upload?: ReturnType<FrontDoor["upload"]>;
}

/** Files on their way into volumes, a few at a time. A store for `useSyncExternalStore`. */
export class UploadQueue {
  readonly #client: FrontDoor;
  readonly #onStored: () => void;
  readonly #listeners = new Set<() => void>();
  /** Begun and not ended, paused ones among them. */
  readonly #runs = new Map<number, Run>();
  /** In their order, with what changes replaced, so that a view can tell. */
  readonly #items = new Map<number, UploadItem>();
  #view: readonly UploadItem[] = [];
  #nextId = 1;
  #showing: ReturnType<typeof setTimeout> | undefined;

  /** Calls `onStored` for each file that was stored. */
  constructor(client: FrontDoor, onStored: () => void) {
    this.#client = client;
    this.#onStored = onStored;
  }

  readonly view = (): readonly UploadItem[] => this.#view;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Whether leaving the page would end something. */
  get isBusy(): boolean {
    return [...this.#items.values()].some(isUnfinished);
  }

  add(folder: string, files: readonly PickedFile[]): void {
    const drop: Drop = {};
    for (const { file, relativePath } of files) {
      const id = this.#nextId++;
      const path = `${folder}/${relativePath}`;
      const fields = { phase: "waiting", loaded: 0, answer: undefined, error: undefined } as const;
      this.#items.set(id, { id, file, path, label: relativePath, drop, ...fields });
    }
    this.#startMore();
    this.#showSoon();
  }

  pause(id: number): void {
    const { phase } = this.#items.get(id) ?? {};
    if (phase !== "waiting" && phase !== "running") return;
    this.#runs.get(id)?.upload?.pause();
    this.#change(id, { phase: "paused" });
  }

  resume(id: number): void {
    if (this.#items.get(id)?.phase === "paused") this.#change(id, { phase: "waiting", error: undefined });
  }

  /** Goes on with what waits until the person has signed in. */
  resumeRefused(): void {
    for (const { id, error } of this.#items.values()) if (error !== undefined) this.resume(id);
  }

  cancel(id: number): void {
    const item = this.#items.get(id);
    if (item === undefined || !isUnfinished(item)) return;
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    run?.upload?.abort();
    this.#change(id, { phase: "cancelled" });
  }

  /** Begins again as a drop of its own: what was answered before is asked again. */
  retry(id: number): void {
    const { phase } = this.#items.get(id) ?? {};
    if (phase === "failed" || phase === "cancelled" || phase === "skipped") {
      this.#change(id, { phase: "waiting", loaded: 0, error: undefined, answer: undefined, drop: {} });
    }
  }

  /** Begins again with all that failed. */
  retryAll(): void {
    for (const { id, phase } of this.#items.values()) if (phase === "failed") this.retry(id);
  }

  /** Goes on with a file whose name is taken. */
  answer(id: number, answer: ExistsAnswer): void {
    if (this.#items.get(id)?.phase === "exists") this.#change(id, answered(answer));
  }

  /** The same with all that wait for an answer, and with those dropped together with them that come upon a taken name later. */
  answerAll(answer: ExistsAnswer): void {
    for (const { id, phase, drop } of this.#items.values()) {
      if (phase !== "exists") continue;
      drop.answerToAll = answer;
      this.answer(id, answer);
    }
  }

  pauseAll(): void {
    for (const id of this.#waitingFirst()) this.pause(id);
  }

  resumeAll(): void {
    for (const id of this.#items.keys()) this.resume(id);
  }

  cancelAll(): void {
    for (const id of this.#waitingFirst()) this.cancel(id);
  }

  /** Forgets what is finished. */
  clear(): void {
    for (const item of this.#items.values()) if (!isUnfinished(item)) this.#items.delete(item.id);
    this.#showSoon();
  }

  /** So that none starts in the place of one that stops, only to stop as well. */
  #waitingFirst(): readonly number[] {
    const all = [...this.#items.values()];
    return [...all.filter(isWaiting), ...all.filter((item) => !isWaiting(item))].map(({ id }) => id);
  }

  #change(id: number, changes: Partial<UploadItem>): void {
    const item = this.#items.get(id);
    if (item === undefined) return;
    this.#items.set(id, { ...item, ...changes });
    this.#showSoon();
    if (changes.phase !== undefined && changes.phase !== "running") this.#startMore();
  }

  /** Starts what waits, or goes on with it if it was paused. */
  #startMore(): void {
    const items = [...this.#items.values()];
    const running = items.filter(({ phase }) => phase === "running").length;
    const next = items
      .filter(({ phase }) => phase === "waiting")
      .slice(0, Math.max(0, parallelMax - running));
    for (const { id } of next) {
      const run = this.#runs.get(id);
      if (run === undefined) void this.#run(id);
      else {
        run.upload?.resume();
        this.#change(id, { phase: "running" });
      }
    }
  }

  async #run(id: number): Promise<void> {
    const run: Run = {};
    this.#runs.set(id, run);
    this.#change(id, { phase: "running" });
    try {
      const { path, file_size } = await this.#store(id, run);
      this.#end(id, run, { phase: "done", path, loaded: file_size });
      this.#onStored();
    } catch (error) {
      if (isTaken(error)) this.#end(id, run, answered(this.#items.get(id)?.drop.answerToAll));
      else if (error instanceof Error && isSignInRefused(error)) this.#hold(id, run, error);
      else this.#end(id, run, { phase: "failed", error: asError(error) });
    }
  }

  /** Pauses a file that was refused for want of a sign-in, and first those that would be refused next. */
  #hold(id: number, run: Run, error: Error): void {
    if (this.#runs.get(id) !== run) return;
    for (const item of this.#items.values())
      if (isWaiting(item)) this.#change(item.id, { phase: "paused", error });
    this.#end(id, run, { phase: "paused", loaded: 0, error });
  }

  #end(id: number, run: Run, changes: Partial<UploadItem>): void {
    if (this.#runs.get(id) !== run) return;
    this.#runs.delete(id);
    this.#change(id, changes);
  }

  async #store(id: number, run: Run) {
    const { path, answer } = this.#itemOf(id);
    for (let number = 1; ; number++) {
      const target = number === 1 ? path : numbered(path, number);
      try {
        return await this.#send(id, run, target, answer === "replace");
      } catch (error) {
        if (answer !== "keep both" || !isTaken(error)) throw error;
      }
    }
  }

  async #send(id: number, run: Run, path: string, overwrite: boolean) {
    const { file } = this.#itemOf(id);
    if (!overwrite && file.size > sentUnaskedMax && (await this.#exists(path))) throw taken(path);
    const isCurrent = () => this.#runs.get(id) === run;
    if (!isCurrent()) throw new DOMException("The upload was cancelled.", "AbortError");
    const onProgress = ({ loaded }: { readonly loaded: number }) => {
      if (isCurrent()) this.#change(id, { loaded });
    };
    run.upload = this.#client.upload(path, file, { overwrite, onProgress });
    if (this.#itemOf(id).phase !== "running") run.upload.pause();
    return run.upload;
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#client.fileMetadata({ path });
      return true;
    } catch (error) {
      if (error instanceof FrontDoorError && error.status === 404) return false;
      throw error;
    }
  }

  #itemOf(id: number): UploadItem {
    const item = this.#items.get(id);
    if (item === undefined) throw new RangeError(`There is no upload ${id}.`);
    return item;
  }

  #showSoon(): void {
    if (this.#showing !== undefined) return;
    this.#showing = setTimeout(() => {
      this.#showing = undefined;
      this.#view = [...this.#items.values()];
      for (const changed of this.#listeners) changed();
    }, showEveryMs);
  }
}

export function isUnfinished({ phase }: Pick<UploadItem, "phase">): boolean {
  return phase === "waiting" || phase === "running" || phase === "paused" || phase === "exists";
}

/** How a file whose name is taken goes on. Without an answer it waits for one. */
function answered(answer: ExistsAnswer | undefined): Partial<UploadItem> {
  if (answer === undefined) return { phase: "exists", loaded: 0 };
  return answer === "skip" ? { phase: "skipped", loaded: 0 } : { phase: "waiting", loaded: 0, answer };
}

function isWaiting({ phase }: UploadItem): boolean {
  return phase === "waiting";
}

function isTaken(error: unknown): boolean {
  return error instanceof FrontDoorError && error.code === "ALREADY_EXISTS";
}

function taken(path: string): FrontDoorError {
  const fields = { code: "ALREADY_EXISTS", status: 409, retryable: false } as const;
  return new FrontDoorError(`${path} exists already.`, fields);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
