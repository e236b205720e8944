import type { Readable } from "node:stream";
import { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import { type AuthType, Config } from "@databricks/sdk-experimental/dist/config/Config.js";
import { asOperationError, type OperationError, throwNotRun } from "@front-door/operations";
import { productVersion, type Redactor } from "@front-door/service-runtime";
import { redirected, toUpstreamError } from "./api-error.ts";
import { type Credential, withCredential } from "./credential.ts";
import { abandonBody } from "./discard-body.ts";
import type { ReplyHead } from "./exchange.ts";
import { invalidResponse } from "./invalid-response.ts";
import { isAccepted, readJson } from "./read-json.ts";
import { readText } from "./read-text.ts";
import { checkRequestPath } from "./request-path.ts";
import type { RetryBudget } from "./retry-budget.ts";
import type { OpenReply, Transport } from "./transport.ts";
import { untilAborted } from "./until-aborted.ts";

type SdkRequest = Parameters<ApiClient["request"]>[0];

export interface OpenRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Readable | string;
  /** The statuses of an answer. Any other 2xx comes from something before Databricks, and is an error too. Default: 200. */
  readonly statuses?: readonly number[];
}

/** Only a model is asked by POST. */
const poolOf = { HEAD: "calls", GET: "bytes", PUT: "bytes", POST: "models" } as const;
const unattendedCallMs = 30_000;
const errorBodyBytesMax = 64 * 1024;
const jsonBodyBytesMax = 64 * 1024 * 1024;

/**
 * The SDK's client with everything below `request()` replaced. The SDK's services and models are sound; its HTTP layer is
 * not (docs/sdk-transport.md): it does not verify TLS, follows redirects with the token, drops the bodies of PATCH and of
 * uploads, has no time limit, retries for 300 s, normalises paths, loses errors and rounds integers.
 */
export class GatewayApiClient extends ApiClient {
  readonly #transport: Transport;
  readonly #credential: Credential;
  readonly #redact: Redactor;
  readonly #userAgent: string;

  constructor(transport: Transport, credential: Credential, kind: AuthType, redact: Redactor) {
    // By default a Config also reads DATABRICKS_* and ~/.databrickscfg (docs/sdk-transport.md, SDK 2). It gets no credential:
    // every request is authenticated here.
    const config = new Config({ host: transport.origin, env: {}, loaders: [] });
    // The package's version is three numbers; a type for JSON cannot say so.
    const version = productVersion as `${number}.${number}.${number}`;
    super(config, { product: "databricks-front-door", productVersion: version });
    // For the user agent; the SDK sets it only when it authenticates a request itself.
    config.authType = kind;
    this.#transport = transport;
    this.#credential = credential;
    this.#redact = redact;
    this.#userAgent = this.userAgent();
  }

  /** The retries of the workspace. */
  get budget(): RetryBudget {
    return this.#transport.budget;
  }

  /** This client for the SDK's services, whose calls end when `signal` is aborted. */
  until(signal: AbortSignal): ApiClient {
    const request = (options: SdkRequest) => this.#call(options, signal);
    const client = Object.create(this) as ApiClient;
    client.request = request;
    return client;
  }

  /** A call of a service that nobody gave a signal: limited, because the SDK has no limit (docs/sdk-transport.md, SDK 8). */
  override request(options: SdkRequest): Promise<unknown> {
    return this.#call(options, AbortSignal.timeout(unattendedCallMs));
  }

  /** One call of a service of the SDK. Throws OperationErrors only. */
  async #call(options: SdkRequest, signal: AbortSignal): Promise<unknown> {
    const { method, path, query, payload, raw, responseHeaders } = options;
    const isUpload = method === "PUT" && path.startsWith("/api/2.0/fs/files/");
    if (raw || isUpload || responseHeaders !== undefined) {
      throw asOperationError(new Error("a file's bytes and headers must go through open()"));
    }
    const body = payload === undefined ? undefined : JSON.stringify(payload);
    const request = { method, path: this.#target(path, query), body, signal, bytesMax };
    const given = Object.fromEntries(options.headers);
    const send = (authorization: string) =>
      this.#transport.exchange({ ...request, headers: this.#headers(given, authorization) });
    const answer = withCredential(this.#credential, send, { signal }).then((reply) => {
      if (isAccepted(reply.status, method, path)) return readJson(reply, method);
      throw this.#toError(reply, reply.body.toString(), isReading(method));
    });
    return isReading(method) ? answer.catch(throwNotRun) : answer;
  }

  /**
   * A call about a file's bytes, or to a model. The SDK's services do not serve: `upload` sends an empty body, `download`
   * ignores backpressure, `getMetadata` drops the ETag, and `query` drops fields and cannot stream (docs/sdk-transport.md,
   * SDK 4 to 6 and 17). The caller must read or destroy the body of the reply.
   */
  open(request: OpenRequest, signal: AbortSignal): Promise<OpenReply> {
    const answer = this.#open(request, signal);
    return isReading(request.method) ? answer.catch(throwNotRun) : answer;
  }

  async #open(request: OpenRequest, signal: AbortSignal): Promise<OpenReply> {
    const { method, path, query = {}, headers = {}, body, statuses = [200] } = request;
    const isRepeatable = body === undefined || typeof body === "string";
    // The bytes of a file cannot be repeated, so a credential that has changed already is applied first.
    if (!isRepeatable) await untilAborted(this.#credential.reread(), signal).catch(throwNotRun);
    const target = this.#target(path, query);
    const given = Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const call = { method, path: target, body, pool: poolOf[method], signal };
    const reply = await withCredential(
      this.#credential,
      (authorization) => this.#transport.send({ ...call, headers: this.#headers(given, authorization) }),
      { signal, isRepeatable, drop: (refused) => abandonBody(refused.body) },
    );
    if (statuses.includes(reply.status)) return reply;
    if (reply.status < 300) {
      abandonBody(reply.body);
      throw this.#toError(reply, "", isReading(method));
    }
    // If the body of an error breaks off, the status still says what is wrong.
    const { text } = await readText(reply.body, errorBodyBytesMax).catch(() => ({ text: "" }));
    throw this.#toError(reply, text, isReading(method));
  }

  #target(path: string, query: SdkRequest["query"]): string {
    checkRequestPath(path);
    const search = query === undefined ? "" : this.searchParams(query);
    return search === "" ? path : `${path}?${search}`;
  }

  #headers(given: Readonly<Record<string, string>>, authorization: string): Record<string, string> {
    return {
      ...given,
      authorization,
      "user-agent": this.#userAgent,
      // undici does not decompress, and without this a proxy may compress.
      "accept-encoding": "identity",
    };
  }

  #toError({ status, headers }: ReplyHead, text: string, reads: boolean): OperationError {
    if (status < 300) return invalidResponse(`status ${status}`);
    if (status < 400) return redirected(status, headers.location, this.#redact);
    return toUpstreamError({ status, headers, text, reads }, this.#redact);
  }
}

/** A call that only reads has done nothing, however it fails. */
function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function bytesMax(status: number): number {
  return status >= 200 && status < 300 ? jsonBodyBytesMax : errorBodyBytesMax;
}
