import type { Readable } from "node:stream";
import { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import { type AuthType, Config } from "@databricks/sdk-experimental/dist/config/Config.js";
import { asOperationError, type OperationError, throwNotRun } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { redirected, toUpstreamError } from "./api-error.ts";
import { type Credential, isCredentialRefused } from "./credential.ts";
import { abandonBody } from "./discard-body.ts";
import { invalidResponse } from "./invalid-response.ts";
import { isAccepted, readJson } from "./read-json.ts";
import { readText } from "./read-text.ts";
import { checkRequestPath } from "./request-path.ts";
import type { IncomingReply, TextReply, Transport } from "./transport.ts";
import { untilAborted } from "./until-aborted.ts";

type SdkRequest = Parameters<ApiClient["request"]>[0];

export interface FileRequest {
  readonly method: "GET" | "HEAD" | "PUT";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Readable;
  /** The statuses of an answer. Any other 2xx comes from something before Databricks, and is an error too. Default: 200. */
  readonly statuses?: readonly number[];
}

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
    super(config, { product: "databricks-front-door", productVersion: "0.1.0" });
    // For the user agent; the SDK sets it only when it authenticates a request itself.
    config.authType = kind;
    this.#transport = transport;
    this.#credential = credential;
    this.#redact = redact;
    this.#userAgent = this.userAgent();
  }

  /** This client for the SDK's services, whose calls end when `signal` is aborted. */
  until(signal: AbortSignal): ApiClient {
    const request = (options: SdkRequest) => this.#call(options, signal);
    return Object.create(this, { request: { value: request } }) as ApiClient;
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
      throw asOperationError(new Error("a file's bytes and headers must go through file()"));
    }
    const body = payload === undefined ? undefined : JSON.stringify(payload);
    const request = { method, path: this.#target(path, query), body, signal, textBytesMax };
    const answer = this.#authorized(Object.fromEntries(options.headers), signal, (headers) =>
      this.#transport.exchange({ ...request, headers }),
    ).then((reply) => {
      if (isAccepted(reply.status, method, path)) return readJson(reply, method);
      throw this.#toError(reply, isReading(method));
    });
    return isReading(method) ? answer.catch(throwNotRun) : answer;
  }

  /**
   * A call about a file's bytes. The SDK's FilesService does not serve: its `upload` sends an empty body, its `download`
   * ignores backpressure, and its `getMetadata` drops the ETag (docs/sdk-transport.md, SDK 4 to 6). The caller must read or
   * destroy the body of the reply.
   */
  file(request: FileRequest, signal: AbortSignal): Promise<IncomingReply> {
    const answer = this.#file(request, signal);
    return isReading(request.method) ? answer.catch(throwNotRun) : answer;
  }

  async #file(request: FileRequest, signal: AbortSignal): Promise<IncomingReply> {
    const { method, path, query = {}, headers = {}, body, statuses = [200] } = request;
    // A body cannot be repeated, so a credential that has changed already is applied first.
    if (body !== undefined) await untilAborted(this.#credential.reread(), signal).catch(throwNotRun);
    const target = this.#target(path, query);
    const given = Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const reply = await this.#authorized(
      given,
      signal,
      (all) =>
        this.#transport.send({ method, path: target, headers: all, body, bytes: method !== "HEAD", signal }),
      body === undefined,
    );
    const { status } = reply;
    if (statuses.includes(status)) return reply;
    if (status < 300) {
      abandonBody(reply.body);
      throw this.#toError({ status, headers: reply.headers, text: "" }, isReading(method));
    }
    // If the body of an error breaks off, the status still says what is wrong.
    const { text } = await readText(reply.body, errorBodyBytesMax).catch(() => ({ text: "" }));
    throw this.#toError({ status, headers: reply.headers, text }, isReading(method));
  }

  #target(path: string, query: SdkRequest["query"]): string {
    checkRequestPath(path);
    const search = query === undefined ? "" : this.searchParams(query);
    return search === "" ? path : `${path}?${search}`;
  }

  /**
   * Sends a request with the identity's credential. If Databricks refuses the credential, and so does nothing, and there is
   * another one, sends it again.
   */
  async #authorized<Reply extends TextReply | IncomingReply>(
    given: Record<string, string>,
    signal: AbortSignal,
    send: (headers: Record<string, string>) => Promise<Reply>,
    isRepeatable = true,
  ): Promise<Reply> {
    const first = await this.#headers(given, signal);
    const reply = await send(first);
    const reason = reply.headers["x-databricks-reason-phrase"];
    if (!isRepeatable || !isCredentialRefused(reply.status, reason)) return reply;
    const renewal = untilAborted(this.#credential.renew(first["authorization"] ?? ""), signal);
    if (!(await renewal.catch(throwNotRun))) return reply;
    if ("body" in reply) abandonBody(reply.body);
    return send(await this.#headers(given, signal));
  }

  async #headers(given: Record<string, string>, signal: AbortSignal): Promise<Record<string, string>> {
    const authorization = this.#credential.authorization();
    return {
      ...given,
      // Awaiting a token that is known would cost a turn of the event loop.
      authorization:
        typeof authorization === "string"
          ? authorization
          : await untilAborted(authorization, signal).catch(throwNotRun),
      "user-agent": this.#userAgent,
      // undici does not decompress, and without this a proxy may compress.
      "accept-encoding": "identity",
    };
  }

  #toError({ status, headers, text }: Omit<TextReply, "whole">, reads: boolean): OperationError {
    if (status < 300) return invalidResponse(`status ${status}`);
    if (status < 400) return redirected(status, headers.location, this.#redact);
    const reason = headers["x-databricks-reason-phrase"];
    return toUpstreamError({ status, retryAfter: headers["retry-after"], reason, text, reads }, this.#redact);
  }
}

/** A call that only reads has done nothing, however it fails. */
function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function textBytesMax(status: number): number {
  return status >= 200 && status < 300 ? jsonBodyBytesMax : errorBodyBytesMax;
}
