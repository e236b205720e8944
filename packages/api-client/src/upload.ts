import type { CallOptions } from "./client-options.ts";
import type { Progress } from "./download.ts";
import { fileTarget } from "./file-target.ts";
import { FrontDoorError } from "./front-door-error.ts";
import type { StoredFile } from "./generated/types.gen.ts";
import { type Http, invalidReply } from "./http.ts";
import { Pause } from "./pause.ts";
import { browserRequests, sendInBrowser } from "./send-in-browser.ts";

/** What can be sent. `fs.openAsBlob(path)` makes a Blob of a file in Node. A stream can be sent only once. */
export type UploadBody =
  | Blob
  | ArrayBuffer
  | Uint8Array
  | string
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

export interface UploadOptions extends CallOptions {
  readonly workspace?: string;
  /** `false`: fail with 409 `ALREADY_EXISTS` if the file exists. Default: true. */
  readonly overwrite?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

/** A pause, and a report of progress, need not wait for a larger one. */
const pieceBytesMax = 64 * 1024;

/** One way to send the body once: what the platform has. */
export interface UploadAttempt {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onProgress: (loaded: number) => void;
  readonly repeatable: boolean;
}

/**
 * An upload under way; await it for the stored file. A file is stored whole or not at all, so whatever ends an upload early
 * leaves the file as it was. Rejects with the body's own error if the body cannot be read.
 */
export class Upload implements Promise<StoredFile> {
  readonly [Symbol.toStringTag] = "Upload";
  readonly #http: Http;
  readonly #target: string;
  readonly #options: UploadOptions;
  readonly #pause = new Pause();
  readonly #abort = new AbortController();
  readonly #blob: Blob | undefined;
  readonly #once: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | undefined;
  /** Bytes of this attempt. */
  #loaded = 0;
  /** What reading the body threw. */
  #unreadable: { readonly error: unknown } | undefined;
  readonly #stored: Promise<StoredFile>;

  constructor(http: Http, path: string, body: UploadBody, options: UploadOptions = {}) {
    const { overwrite, workspace, signal } = options;
    this.#http = http;
    this.#options = options;
    this.#target = fileTarget({ path, overwrite, workspace });
    const isStream =
      typeof body === "object" && (Symbol.asyncIterator in body || body instanceof ReadableStream);
    this.#once = isStream ? body : undefined;
    this.#blob = isStream ? undefined : body instanceof Blob ? body : blobOf(body);
    const forward = () => this.#abort.abort(signal?.reason);
    if (signal?.aborted === true) forward();
    signal?.addEventListener("abort", forward, { once: true });
    this.#stored = this.#send().finally(() => signal?.removeEventListener("abort", forward));
    // Whoever only calls `abort()` need not also wait for the end.
    this.#stored.catch(() => undefined);
  }

  get paused(): boolean {
    return this.#pause.isPaused;
  }

  /**
   * Stops sending until `resume()`. In Node the upload then goes on where it was, if that is within the front door's patience of
   * a minute. A browser cannot hold back a request, so there, and after that minute, it is sent again from its first byte.
   */
  pause(): void {
    this.#pause.begin();
  }

  resume(): void {
    this.#pause.end();
  }

  /** Ends the upload, which rejects with the reason. */
  abort(reason: unknown = new DOMException("The upload was aborted.", "AbortError")): void {
    this.#abort.abort(reason);
  }

  // An upload runs while nobody awaits it, so that it can be paused.
  // oxlint-disable-next-line unicorn/no-thenable
  async then<Fulfilled = StoredFile, Rejected = never>(
    onFulfilled?: ((stored: StoredFile) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#stored.then(onFulfilled, onRejected);
  }

  async catch<Rejected = never>(
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<StoredFile | Rejected> {
    return this.#stored.catch(onRejected);
  }

  async finally(onFinally?: (() => void) | null): Promise<StoredFile> {
    return this.#stored.finally(onFinally);
  }

  async #send(): Promise<StoredFile> {
    const { signal } = this.#abort;
    // A stream is used up by its first attempt.
    const retries = this.#blob === undefined ? 0 : this.#options.retries;
    return this.#http.retrying({ signal, ...(retries === undefined ? {} : { retries }) }, async () => {
      for (;;) {
        await this.#pause.over(signal);
        const pauses = this.#pause.count;
        try {
          return await this.#attempt();
        } catch (error) {
          signal.throwIfAborted();
          // A part of a body stores nothing, so an attempt that a pause ended can be made again.
          const inPart = this.#blob !== undefined && this.#loaded < this.#blob.size;
          if (pauses === this.#pause.count || !inPart || !brokeOff(error)) throw error;
        }
      }
    });
  }

  async #attempt(): Promise<StoredFile> {
    const { signal } = this.#abort;
    const { onProgress, requestId, overwrite = true } = this.#options;
    const total = this.#blob?.size;
    const attempt: UploadAttempt = {
      url: this.#http.baseUrl + this.#target,
      headers: {
        "content-type": "application/octet-stream",
        ...(await this.#http.headers(requestId === undefined ? {} : { requestId })),
      },
      signal,
      onProgress: (loaded) => {
        this.#loaded = loaded;
        onProgress?.({ loaded, total });
      },
      repeatable: overwrite,
    };
    attempt.onProgress(0);
    const Requests = this.#http.options.fetch === undefined ? browserRequests() : undefined;
    if (Requests !== undefined && this.#blob !== undefined) {
      const withCredentials = this.#http.options.credentials === "include";
      return sendInBrowser(new Requests(), this.#blob, attempt, { withCredentials, pause: this.#pause });
    }
    return this.#sendAsStream(attempt);
  }

  async #sendAsStream({ headers, signal, onProgress, repeatable }: UploadAttempt): Promise<StoredFile> {
    const size = this.#blob?.size;
    const response = await this.#http
      .attempt(
        {
          method: "PUT",
          target: this.#target,
          headers: { ...headers, ...(size === undefined ? {} : { "content-length": String(size) }) },
          body: this.#pulled(onProgress),
          repeatable,
        },
        { signal },
      )
      .catch((error: unknown) => {
        // To the platform's fetch it is a failure of the connection.
        throw this.#unreadable === undefined ? error : this.#unreadable.error;
      });
    try {
      return (await response.json()) as StoredFile;
    } catch (cause) {
      throw invalidReply("The reply is not JSON.", response, cause);
    }
  }

  async #next(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await chunks.next();
    } catch (error) {
      this.#unreadable = { error };
      throw error;
    }
  }

  /** The body, of which nothing is taken during a pause. */
  #pulled(onProgress: (loaded: number) => void): ReadableStream<Uint8Array> {
    const source = this.#once ?? (this.#blob as Blob).stream();
    const chunks = iteratorOf(source);
    const { signal } = this.#abort;
    let loaded = 0;
    let rest: Uint8Array = new Uint8Array();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          await this.#pause.over(signal);
          while (rest.length === 0) {
            const { done, value } = await this.#next(chunks);
            if (done === true) {
              controller.close();
              return;
            }
            rest = value;
          }
          const piece = rest.subarray(0, pieceBytesMax);
          rest = rest.subarray(piece.length);
          controller.enqueue(piece);
          loaded += piece.length;
          onProgress(loaded);
        },
        async cancel() {
          await chunks.return?.();
        },
      },
      { highWaterMark: 0 },
    );
  }
}

function blobOf(body: ArrayBuffer | Uint8Array | string): Blob {
  // The types of browsers leave out shared memory, which Node's Buffers may have.
  const parts: unknown[] = [body];
  return new Blob(parts as string[]);
}

/** Node's streams can be iterated, those of some browsers only read. */
function iteratorOf(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncIterator<Uint8Array> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  const reader = (source as ReadableStream<Uint8Array>).getReader();
  return {
    next: async () => (await reader.read()) as IteratorResult<Uint8Array>,
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

/** The connection ended before the body did, or the front door gave up waiting for the rest. */
function brokeOff(error: unknown): boolean {
  return (
    error instanceof FrontDoorError && ["CONNECTION_FAILED", "REQUEST_TIMEOUT", "PAUSED"].includes(error.code)
  );
}
