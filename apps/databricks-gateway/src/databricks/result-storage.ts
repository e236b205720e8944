import { OperationError } from "@front-door/operations";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { discardBody } from "./discard-body.ts";
import { invalidResponse } from "./invalid-response.ts";
import { untilAborted } from "./until-aborted.ts";

/** A link to a part of a result. It is a secret: whoever has it can read the rows. */
export interface StorageLink {
  readonly url: string;
  /** Headers that the storage asks for, which are secrets too. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ResultStorageOptions {
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

/**
 * The cloud storage in which Databricks leaves the results of statements. It takes links only: no credential of ours is ever
 * sent there, and no redirect is followed. Nothing that this throws contains a link.
 */
export class ResultStorage {
  readonly #options: ResultStorageOptions;
  #direct: Agent | undefined;
  readonly #proxies = new Map<string, ProxyAgent>();

  constructor(options: ResultStorageOptions) {
    this.#options = options;
  }

  /**
   * The bytes behind a link, at the speed of their reader, who must begin to read them. Throws {@link LinkRefused},
   * UPSTREAM_UNREACHABLE, UPSTREAM_INVALID_RESPONSE or the signal's reason.
   */
  async *read({ url, headers }: StorageLink, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
    const address = URL.parse(url);
    const isAllowed =
      address?.protocol === "https:" || (address?.protocol === "http:" && this.#options.allowHttp);
    if (address === null || !isAllowed) throw invalidResponse("a link to a result that is not https://");
    const { origin, pathname, search } = address;
    const request: Dispatcher.RequestOptions = {
      origin,
      path: pathname + search,
      method: "GET",
      headers: { ...wanted(headers), "accept-encoding": "identity" },
      signal,
    };
    const failure = (error: unknown) => (signal.aborted ? (signal.reason as Error) : unreachable(error));
    const reply = await untilAborted(this.#dispatcher(origin).request(request), signal).catch(
      (error: unknown) => {
        throw failure(error);
      },
    );
    if (reply.statusCode === 200) {
      try {
        yield* reply.body as AsyncIterable<Uint8Array>;
        return;
      } catch (error) {
        throw failure(error);
      }
    }
    void discardBody(reply.body);
    // An expired link is 400, 401 or 403, as the storage has it; a part that is gone is 404.
    if ([400, 401, 403, 404, 410].includes(reply.statusCode)) {
      throw new LinkRefused(`the storage answered ${reply.statusCode}`);
    }
    throw unreachable(new Error(`the storage answered ${reply.statusCode}`));
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

function unreachable(cause: unknown): OperationError {
  const message = "The cloud storage that holds the result could not be read from the gateway.";
  return new OperationError("UPSTREAM_UNREACHABLE", message, { surelyNotRun: true, cause });
}

/** Databricks names no such header: a credential beside the link's own signature, or what belongs to a connection. */
const unwanted =
  /^(?:authorization|cookie|host|proxy-.*|connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

function wanted(headers: StorageLink["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !unwanted.test(name)));
}
