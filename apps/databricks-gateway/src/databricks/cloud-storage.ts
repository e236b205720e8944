import type { Readable } from "node:stream";
import { OperationError } from "@front-door/operations";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { discardBody } from "./discard-body.ts";
import { invalidResponse } from "./invalid-response.ts";
import { untilAborted } from "./until-aborted.ts";

/** A link to a part of a result or of a file. It is a secret: whoever has it can read or write that part. */
export interface StorageLink {
  readonly url: string;
  /** Headers that the storage asks for, which are secrets too. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface CloudStorageOptions {
  /** Whether links may be `http://`, as those of a workspace on this machine are. */
  readonly allowHttp: boolean;
  /** The forward proxy on the way to an origin. */
  readonly proxyFor: (origin: string) => string | undefined;
}

/** The storage did not accept the link, most often because it has expired. */
export class LinkRefused extends Error {
  override readonly name = "LinkRefused";
}

const connectTimeoutMs = 10_000;
/** Of one storage. A result is read one part at a time, so this is the number of results under way. */
const connectionsMax = 256;

/** A part of a file on its way to the storage. */
interface PartToPut {
  readonly body: Readable;
  readonly bytes: number;
}

/**
 * The cloud storage in which Databricks leaves the results of statements, and takes files by parts. It gets links only: no
 * credential of ours is ever sent there, and no redirect is followed. Nothing that this throws contains a link.
 */
export class CloudStorage {
  readonly #options: CloudStorageOptions;
  #direct: Agent | undefined;
  readonly #proxies = new Map<string, ProxyAgent>();

  constructor(options: CloudStorageOptions) {
    this.#options = options;
  }

  /**
   * The bytes behind a link, at the speed of their reader, who must begin to read them. Throws {@link LinkRefused},
   * UPSTREAM_UNREACHABLE, UPSTREAM_INVALID_RESPONSE or the signal's reason.
   */
  async *read(link: StorageLink, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
    const reply = await this.#send({ method: "GET" }, link, signal);
    if (reply.statusCode !== 200) throw refused(reply);
    try {
      yield* reply.body as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw failureOf(error, signal);
    }
  }

  /**
   * Stores exactly these bytes and returns their ETag, which some storages leave out. Throws as {@link read} does, and what
   * the body throws.
   */
  async put(link: StorageLink, { body, bytes }: PartToPut, signal: AbortSignal): Promise<string> {
    const headers = { "content-type": "application/octet-stream", "content-length": String(bytes) };
    const reply = await this.#send({ method: "PUT", body, headers }, link, signal);
    if (reply.statusCode !== 200 && reply.statusCode !== 201) throw refused(reply);
    await discardBody(reply.body);
    const { etag, "content-type": type } = reply.headers;
    // No storage answers so: a login page or a proxy, and the part is nowhere.
    if (/^text\/html\b/i.test(String(type))) throw invalidResponse("a page in place of its storage's reply");
    return typeof etag === "string" ? etag : "";
  }

  /** Deletes what the link is for. Throws as {@link read} does. */
  async delete(link: StorageLink, signal: AbortSignal): Promise<void> {
    const reply = await this.#send({ method: "DELETE" }, link, signal);
    if (![200, 202, 204].includes(reply.statusCode)) throw refused(reply);
    await discardBody(reply.body);
  }

  async #send(
    request: Pick<Dispatcher.RequestOptions, "method" | "body"> & { headers?: Record<string, string> },
    { url, headers }: StorageLink,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const address = URL.parse(url);
    const isAllowed =
      address?.protocol === "https:" || (address?.protocol === "http:" && this.#options.allowHttp);
    if (address === null || !isAllowed) throw invalidResponse("a link to its storage that is not https://");
    const { origin, pathname, search } = address;
    const sent = this.#dispatcher(origin).request({
      ...request,
      origin,
      path: pathname + search,
      headers: { ...request.headers, ...wanted(headers), "accept-encoding": "identity" },
      signal,
    });
    return untilAborted(sent, signal).catch((error: unknown) => {
      throw failureOf(error, signal);
    });
  }

  async close(): Promise<void> {
    const agents = [...(this.#direct === undefined ? [] : [this.#direct]), ...this.#proxies.values()];
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  #dispatcher(origin: string): Dispatcher {
    const options = {
      connections: connectionsMax,
      pipelining: 1,
      // As for the workspace: a paused reader pauses the sender, and the operation's deadline bounds each pause.
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    const tls = { rejectUnauthorized: true, timeout: connectTimeoutMs };
    const uri = this.#options.proxyFor(origin);
    if (uri === undefined) {
      this.#direct ??= new Agent({ ...options, connect: tls });
      return this.#direct;
    }
    const proxy =
      this.#proxies.get(uri) ?? new ProxyAgent({ ...options, uri, requestTls: tls, proxyTls: tls });
    this.#proxies.set(uri, proxy);
    return proxy;
  }
}

function failureOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return error instanceof OperationError ? error : unreachable(error);
}

function refused({ statusCode, body }: Dispatcher.ResponseData): Error {
  void discardBody(body);
  // An expired link is 400, 401 or 403, as the storage has it; a part that is gone is 404.
  if ([400, 401, 403, 404, 410].includes(statusCode)) {
    return new LinkRefused(`the storage answered ${statusCode}`);
  }
  return unreachable(new Error(`the storage answered ${statusCode}`));
}

function unreachable(cause: unknown): OperationError {
  const message = "The workspace's cloud storage could not be reached from the gateway.";
  return new OperationError("UPSTREAM_UNREACHABLE", message, { surelyNotRun: true, cause });
}

/** Databricks names no such header: a credential beside the link's own signature, or what belongs to a connection. */
const unwanted =
  /^(?:authorization|cookie|host|proxy-.*|connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

function wanted(headers: StorageLink["headers"]): Record<string, string> {
  const given = Object.entries(headers).filter(([name]) => !unwanted.test(name));
  // In one spelling, so that a link's own Content-Type replaces ours.
  return Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value]));
}
