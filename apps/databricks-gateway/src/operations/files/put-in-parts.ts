import { Readable } from "node:stream";
import { OperationError, throwNotRun } from "@front-door/operations";
import * as z from "zod";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import type { WorkspaceClient } from "../../auth/workspace-client.ts";
import { LinkRefused, type StorageLink } from "../../databricks/cloud-storage.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import { type Again, type FailedAttempt, reasonOfStatus, repeatCall } from "../../databricks/repeat-call.ts";
import { doesExist } from "../refusals.ts";
import { fileUrlPath } from "./file-location.ts";
import { type FileToStore, requireComplete, storeFailure } from "./file-to-store.ts";
import { headFile } from "./file-version.ts";

const partsMax = 10_000;
/** A part cannot be sent again, since nothing keeps its bytes, so its size only says how many calls a file takes. */
const partBytes = 256 * 1024 ** 2;
const abortPath = "/api/2.0/fs/create-abort-upload-url";
const urlMs = 60 * 60_000;
const abortMs = 10_000;
/** Long enough for storage that was busy. The parts of a file are gigabytes, and cost until they are dropped. */
const abortAgainMs = 500;
const abortsMax = 3;

const headersSchema = z.array(z.object({ name: z.string(), value: z.string() })).default([]);
const linkSchema = z.object({ url: z.string(), headers: headersSchema });
const sessionSchema = z.object({ multipart_upload: z.object({ session_token: z.string().min(1) }) });
const partUrlsSchema = z.object({
  upload_part_urls: z.tuple([linkSchema.extend({ part_number: z.number() })]),
});
const abortUrlSchema = z.object({ abort_upload_url: linkSchema });

interface Part {
  readonly part_number: number;
  readonly etag: string;
}

/**
 * Uploads a file of `bytes` in parts, one after the other, straight from its content (docs/databricks.md, "Files API"). The
 * file is there only when the last call has put it together: until then a failure is `surelyNotRun`, and what was
 * uploaded is dropped.
 */
export async function putInParts(file: FileToStore, bytes: number, signal: AbortSignal): Promise<void> {
  const { path, overwrite, content } = file;
  // Databricks looks only at the end, when all parts have been sent.
  if (!overwrite && (await doesExist(headFile(path, signal)).catch(throwNotRun)) === true) {
    throw new OperationError("ALREADY_EXISTS", "The file exists. To replace it, set overwrite.");
  }
  const upload = await PartUpload.begin(file, signal).catch(throwNotRun);
  try {
    const parts = await upload.putAll(content.body, bytes, signal).catch(throwNotRun);
    await upload.complete(parts, signal).catch((error: unknown) => {
      throw storeFailure(error);
    });
  } catch (error) {
    // The caller does not wait for it: the time of its call may be over.
    void upload.abort();
    throw error;
  }
  requireComplete(content);
}

/** One upload at Databricks, as the identity that began it. */
class PartUpload {
  readonly #client: WorkspaceClient;
  readonly #path: string;
  readonly #token: string;

  private constructor(client: WorkspaceClient, path: string, token: string) {
    this.#client = client;
    this.#path = path;
    this.#token = token;
  }

  static async begin({ path, overwrite }: FileToStore, signal: AbortSignal): Promise<PartUpload> {
    const client = getWorkspaceClient();
    const query = { action: "initiate-upload", overwrite: String(overwrite) };
    const reply = await post(client, { path: fileUrlPath(path), query }, sessionSchema, signal);
    return new PartUpload(client, path, reply.multipart_upload.session_token);
  }

  async putAll(content: Readable, bytes: number, signal: AbortSignal): Promise<Part[]> {
    const most = Math.max(Math.min(partBytes, this.#client.putBytesMax), Math.ceil(bytes / partsMax));
    const pieces = new Pieces(content);
    const parts: Part[] = [];
    for (let left = bytes; left > 0; left -= most) {
      const part_number = parts.length + 1;
      const link = await this.#partLink(part_number, signal);
      const part = { body: pieces.take(Math.min(left, most)), bytes: Math.min(left, most) };
      const etag = await this.#client.storage.put(link, part, signal).catch((error: unknown) => {
        // What broke off the part may be its content.
        throw pieces.failure ?? (error instanceof LinkRefused ? linkRefused(error) : error);
      });
      parts.push({ part_number, etag });
    }
    await pieces.end();
    return parts;
  }

  async complete(parts: readonly Part[], signal: AbortSignal): Promise<void> {
    const query = { action: "complete-upload", upload_type: "multipart", session_token: this.#token };
    const request = { path: fileUrlPath(this.#path), query, payload: { parts } };
    await post(this.#client, request, z.object({}), signal);
  }

  /** Drops the parts. Never rejects: the error of the upload is the one that counts. Databricks drops what is left over, later. */
  async abort(): Promise<void> {
    const signal = AbortSignal.timeout(abortMs);
    const { budget } = this.#client.api;
    const repeated = {
      again: whileAbortsLeft,
      describe,
      onEmptyBudget: "wait",
      budget,
      requests: 2,
      path: abortPath,
    } as const;
    const patience = { signal, endsAt: performance.now() + abortMs };
    await repeatCall(() => this.#drop(signal), repeated, patience).catch(() => undefined);
  }

  async #drop(signal: AbortSignal): Promise<void> {
    const request = { path: abortPath, payload: this.#session() };
    const { abort_upload_url } = await post(this.#client, request, abortUrlSchema, signal);
    await this.#client.storage.delete(toLink(abort_upload_url), signal);
  }

  async #partLink(part_number: number, signal: AbortSignal): Promise<StorageLink> {
    const payload = { ...this.#session(), start_part_number: part_number, count: 1 };
    const request = { path: "/api/2.0/fs/create-upload-part-urls", payload };
    const { upload_part_urls } = await post(this.#client, request, partUrlsSchema, signal);
    const [link] = upload_part_urls;
    if (link.part_number !== part_number) throw invalidResponse(`a link to the part ${link.part_number}`);
    return toLink(link);
  }

  #session() {
    const expire_time = new Date(Date.now() + urlMs).toISOString();
    return { path: this.#path, session_token: this.#token, expire_time };
  }
}

const whileAbortsLeft: Again = (_, attempt) => (attempt < abortsMax ? "later" : undefined);

function describe(failure: unknown): FailedAttempt {
  const status = failure instanceof OperationError ? failure.status : undefined;
  return { reason: reasonOfStatus(status), retryAfterMs: abortAgainMs };
}

/** The bytes of a content, part by part. */
class Pieces {
  readonly #content: AsyncIterator<Buffer>;
  #rest: Buffer | undefined;
  /** Why the content could not be read on; undefined if it could. */
  failure: unknown;

  constructor(content: Readable) {
    this.#content = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next `bytes`. Whoever does not read all of them has to give up the content. */
  take(bytes: number): Readable {
    return Readable.from(this.#part(bytes), { objectMode: false });
  }

  /** Throws if there is more. */
  async end(): Promise<void> {
    if ((await this.#next()) !== undefined) throw new Error("the content is longer than its length");
  }

  async *#part(bytes: number): AsyncGenerator<Buffer, void, void> {
    for (let left = bytes; left > 0; ) {
      const piece = await this.#next();
      if (piece === undefined) throw new Error("the content is shorter than its length");
      this.#rest = piece.length > left ? piece.subarray(left) : undefined;
      left -= Math.min(piece.length, left);
      yield this.#rest === undefined ? piece : piece.subarray(0, piece.length - this.#rest.length);
    }
  }

  async #next(): Promise<Buffer | undefined> {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) return rest;
    try {
      const { done, value } = await this.#content.next();
      return done === true ? undefined : value;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

interface PostRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly payload?: object;
}

async function post<Schema extends z.ZodType>(
  { api }: WorkspaceClient,
  { path, query, payload }: PostRequest,
  schema: Schema,
  signal: AbortSignal,
): Promise<z.output<Schema>> {
  const headers = new Headers({ "content-type": "application/json" });
  const request = { method: "POST" as const, path, headers, raw: false, payload: payload ?? {} };
  const reply = await api.until(signal).request({ ...request, ...(query === undefined ? {} : { query }) });
  const parsed = schema.safeParse(reply);
  if (!parsed.success)
    throw invalidResponse(`an odd reply to ${path.replace(/^(\/api\/2\.0\/fs\/[\w-]+).*/, "$1")}`);
  return parsed.data;
}

function toLink({ url, headers }: z.output<typeof linkSchema>): StorageLink {
  return { url, headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) };
}

function linkRefused(cause: LinkRefused): OperationError {
  const message = "The cloud storage does not accept Databricks' link to a part of the file.";
  return new OperationError("UPSTREAM_ERROR", message, { cause });
}
