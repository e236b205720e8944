import type { CallOptions } from "./client-options.ts";
import { fileTarget } from "./file-target.ts";
import { FrontDoorError } from "./front-door-error.ts";
import { type ApiRequest, type Http, invalidReply, requestIdOf } from "./http.ts";
import { readChunks } from "./read-chunks.ts";

export interface Progress {
  readonly loaded: number;
  /** Undefined if it is not known. */
  readonly total: number | undefined;
}

export interface DownloadOptions extends CallOptions {
  readonly workspace?: string;
  /** The first byte to read, from 0. Default: 0. */
  readonly start?: number;
  /** The last byte to read. Default: the last one of the file. */
  readonly end?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * A file whose bytes are about to arrive; they can be read once. A connection that breaks is continued where it broke, and
 * only within the same version of the file.
 */
export class Download implements AsyncIterable<Uint8Array> {
  readonly path: string;
  /** The bytes to come. Undefined if Databricks does not say. */
  readonly size: number | undefined;
  readonly contentType: string | undefined;
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  readonly requestId: string | undefined;
  readonly #http: Http;
  readonly #options: DownloadOptions;
  #response: Response;
  #loaded = 0;

  private constructor(http: Http, path: string, options: DownloadOptions, response: Response) {
    const { headers } = response;
    const length = headers.get("content-length");
    const modified = headers.get("last-modified");
    this.#http = http;
    this.#options = options;
    this.#response = response;
    this.path = path;
    this.size = length === null ? undefined : Number(length);
    this.contentType = headers.get("content-type") ?? undefined;
    this.etag = headers.get("etag") ?? undefined;
    this.lastModified = modified === null ? undefined : new Date(modified);
    this.requestId = requestIdOf(response);
  }

  /** Resolves when the reply has begun. */
  static async open(http: Http, path: string, options: DownloadOptions = {}): Promise<Download> {
    const { start = 0, end } = options;
    const range = start === 0 && end === undefined ? {} : { range: `bytes=${start}-${end ?? ""}` };
    const response = await http.stream(requestOf(path, options, range), options);
    if ("range" in range) {
      if (!isRangeFrom(response, start)) {
        await response.body?.cancel();
        throw invalidReply("The reply is not the range that was asked for.", response);
      }
    }
    return new Download(http, path, options, response);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    const { onProgress, signal, retries = this.#http.options.retries ?? 2 } = this.#options;
    for (let failures = 0; ; ) {
      const cut = (cause: unknown) =>
        this.#http.cut(cause, requestOf(this.path, this.#options, {}), this.#response);
      try {
        for await (const chunk of readChunks(this.#response.body, signal, cut)) {
          failures = 0;
          this.#loaded += chunk.length;
          onProgress?.({ loaded: this.#loaded, total: this.size });
          yield chunk;
        }
        if (this.size === undefined || this.#loaded === this.size) return;
        throw cut(undefined);
      } catch (error) {
        const isCut = error instanceof FrontDoorError && error.code === "REPLY_CUT";
        if (!isCut || ++failures > retries || !this.#canContinue()) throw error;
        this.#response = await this.#continue();
      }
    }
  }

  /** The bytes as a web stream, for `Response`, `pipeTo` or `Readable.fromWeb`. */
  stream(): ReadableStream<Uint8Array> {
    const chunks = this[Symbol.asyncIterator]();
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return();
      },
    });
  }

  async blob(): Promise<Blob> {
    return this.#whole().blob();
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.#whole().arrayBuffer());
  }

  /** The bytes as UTF-8. */
  async text(): Promise<string> {
    return this.#whole().text();
  }

  /** Ends the download without reading it. */
  async cancel(): Promise<void> {
    await this.#response.body?.cancel();
  }

  #whole(): Response {
    const type = this.contentType;
    return new Response(this.stream(), type === undefined ? {} : { headers: { "content-type": type } });
  }

  /** Only what identifies the version of the file lets two parts of it be put together. */
  #canContinue(): boolean {
    return this.size !== undefined && (this.etag !== undefined || this.lastModified !== undefined);
  }

  async #continue(): Promise<Response> {
    const { start = 0, end } = this.#options;
    const from = start + this.#loaded;
    const { headers } = this.#response;
    // The front door's own ETags are weak, and no condition on a range accepts a weak one.
    const strong = this.etag?.startsWith('"') === true ? this.etag : undefined;
    const condition =
      strong === undefined
        ? { "if-unmodified-since": headers.get("last-modified") ?? "" }
        : { "if-match": strong };
    const request = requestOf(this.path, this.#options, {
      range: `bytes=${from}-${end ?? ""}`,
      ...condition,
    });
    const response = await this.#http.stream(request, this.#options).catch((error: unknown) => {
      if (error instanceof FrontDoorError && (error.status === 412 || error.status === 416))
        throw changed(error);
      throw error;
    });
    const { headers: after } = response;
    const isSame =
      isRangeFrom(response, from) &&
      after.get("etag") === headers.get("etag") &&
      Number(after.get("content-length")) === (this.size ?? 0) - this.#loaded;
    if (isSame) return response;
    await response.body?.cancel();
    throw changed();
  }
}

/** A browser's cache adds a condition of its own to a range, which a weak ETag never meets: the reply is then all of the file. */
function requestOf(
  path: string,
  { workspace }: DownloadOptions,
  headers: Readonly<Record<string, string>>,
): ApiRequest {
  const request = { method: "GET", target: fileTarget({ path, workspace }), headers } as const;
  return "range" in headers ? { ...request, cache: "no-store" } : request;
}

function isRangeFrom(response: Response, first: number): boolean {
  return (
    response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${first}-`) === true
  );
}

function changed(cause?: FrontDoorError): FrontDoorError {
  const { requestId } = cause ?? {};
  return new FrontDoorError("The file has changed while it was read: download it again.", {
    code: "FILE_CHANGED",
    status: 412,
    retryable: true,
    requestId,
    cause,
  });
}
