import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import type { Config } from "@databricks/sdk-experimental/dist/config/Config.js";
import type { Context } from "@databricks/sdk-experimental/dist/context/index.js";
import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { toUpstreamError } from "./api-error.ts";
import { type Credential, isCredentialRefused } from "./credential.ts";
import { abandonBody } from "./discard-body.ts";
import { parseExactJson } from "./exact-json.ts";
import { readText } from "./read-text.ts";
import { checkRequestPath } from "./request-path.ts";
import { signalOf } from "./sdk-context.ts";
import {
  type IncomingReply,
  type OutgoingRequest,
  type TextReply,
  type Transport,
  toConnectionError,
} from "./transport.ts";
import { untilAborted } from "./until-aborted.ts";

type SdkRequest = Parameters<ApiClient["request"]>[0];

export interface FileRequest {
  readonly method: "GET" | "HEAD" | "PUT";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Readable;
  /** Statuses beside 2xx that are an answer and not an error. */
  readonly accept?: readonly number[];
}

const errorBodyBytesMax = 64 * 1024;
const jsonBodyBytesMax = 64 * 1024 * 1024;

/**
 * The SDK's client with the part below `request()` replaced. The services, models and authentication of the SDK are
 * sound and stay; its HTTP layer is not (docs/sdk-transport.md): it leaves TLS unverified, follows redirects with the token, drops
 * the bodies of PATCH and of uploads, has no time limit, retries for 300 s, normalises paths, loses errors and rounds
 * integers. Every service call goes through this one method, so here is where all of that is cured.
 */
export class GatewayApiClient extends ApiClient {
  readonly #transport: Transport;
  readonly #credential: Credential;
  readonly #redact: Redactor;
  readonly #userAgent: string;

  constructor(config: Config, transport: Transport, credential: Credential, redact: Redactor) {
    super(config, { product: "databricks-front-door", productVersion: "0.1.0" });
    this.#transport = transport;
    this.#credential = credential;
    this.#redact = redact;
    this.#userAgent = this.userAgent();
  }

  /** One call of a service of the SDK. Throws an OperationError and nothing else. */
  override async request(options: SdkRequest, context?: Context): Promise<unknown> {
    const { method, path, query, payload, raw, responseHeaders = [] } = options;
    const signal = signalOf(context);
    if (method === "PUT" && payload === undefined && path.startsWith("/api/2.0/fs/files/")) {
      // The SDK's `files.upload` drops its contents: Databricks would store an empty file (docs/sdk-transport.md, SDK 4).
      throw new OperationError("INTERNAL_ERROR", "An upload without a body was stopped.");
    }
    const body = payload === undefined ? undefined : JSON.stringify(payload);
    const request = { method, path: this.#target(path, query), body, signal };
    const given = Object.fromEntries(options.headers);
    if (raw) {
      const reply = await this.#stream({ ...request, bytes: true }, given, []);
      return { contents: Readable.toWeb(reply.body), ...pick(reply.headers, responseHeaders) };
    }
    const reply = await this.#authorized(given, signal, (headers) =>
      this.#transport.exchange({ ...request, headers, textBytesMax }),
    );
    if (!isSuccess(reply.status)) throw this.#toError(reply, signal);
    return { ...readJson(reply, method), ...pick(reply.headers, responseHeaders) };
  }

  /**
   * A call about a file's bytes, for which the SDK's FilesService does not serve: its `upload` sends an empty body, its
   * `download` reads faster than its caller, and its `getMetadata` leaves out the ETag (docs/sdk-transport.md, SDK 4 to 6).
   * The body of the reply is the caller's to read or to destroy.
   */
  async file(request: FileRequest, signal: AbortSignal): Promise<IncomingReply> {
    const { method, path, query = {}, headers = {}, body, accept = [] } = request;
    // Nothing can repeat the body, so a credential that has changed already is taken up first.
    if (body !== undefined) await untilAborted(this.#credential.reread(), signal);
    const given = Object.entries(headers).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return this.#stream(
      { method, path: this.#target(path, query), body, bytes: method !== "HEAD", signal },
      Object.fromEntries(given),
      accept,
    );
  }

  #target(path: string, query: SdkRequest["query"]): string {
    checkRequestPath(path);
    const search = query === undefined ? "" : this.searchParams(query);
    return search === "" ? path : `${path}?${search}`;
  }

  /** A call whose reply is passed on as it arrives, with any status of 2xx or of `accept`. */
  async #stream(
    request: Omit<OutgoingRequest, "headers">,
    given: Record<string, string>,
    accept: readonly number[],
  ): Promise<IncomingReply> {
    const { signal } = request;
    const reply = await this.#authorized(
      given,
      signal,
      (headers) => this.#transport.send({ ...request, headers }),
      {
        isRepeatable: !(request.body instanceof Readable),
      },
    );
    const { status, headers, body } = reply;
    if (isSuccess(status) || accept.includes(status)) return reply;
    // An error whose body breaks off is still the error that its status says, unless the caller is gone.
    const { text } = await readText(body, errorBodyBytesMax).catch(() => ({ text: "" }));
    throw this.#toError({ status, headers, text, whole: true }, signal);
  }

  /**
   * Sends a request with the identity's credential, and once more when Databricks refused the credential, which means that
   * it did nothing, and there is another one now.
   */
  async #authorized<Reply extends TextReply | IncomingReply>(
    given: Record<string, string>,
    signal: AbortSignal,
    send: (headers: Record<string, string>) => Promise<Reply>,
    { isRepeatable } = { isRepeatable: true },
  ): Promise<Reply> {
    const first = await this.#headers(given, signal);
    const reply = await send(first);
    const reason = reply.headers["x-databricks-reason-phrase"];
    if (!isRepeatable || !isCredentialRefused(reply.status, String(reason ?? ""))) return reply;
    if (!(await untilAborted(this.#credential.renew(first["authorization"] ?? ""), signal))) return reply;
    if ("body" in reply) abandonBody(reply.body);
    return send(await this.#headers(given, signal));
  }

  /** The credential is asked directly: the SDK's way needs a `Headers`, which costs twice as much as all of this. */
  async #headers(given: Record<string, string>, signal: AbortSignal): Promise<Record<string, string>> {
    const authorization = this.#credential.authorization();
    return {
      ...given,
      authorization:
        typeof authorization === "string" ? authorization : await untilAborted(authorization, signal),
      "user-agent": this.#userAgent,
      // undici does not decompress; without this a proxy may compress of its own accord.
      "accept-encoding": "identity",
    };
  }

  #toError({ status, headers, text }: TextReply, signal: AbortSignal): OperationError {
    if (signal.aborted) return toConnectionError(undefined, signal);
    if (status < 400) return redirected(status);
    return toUpstreamError({ status, retryAfter: headers["retry-after"], text }, this.#redact);
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function textBytesMax(status: number): number {
  return isSuccess(status) ? jsonBodyBytesMax : errorBodyBytesMax;
}

/** Never followed: the next host would get the token (docs/sdk-transport.md, SDK 3). */
function redirected(status: number): OperationError {
  const cause = new Error(`Databricks answered ${status}`);
  return new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks answered with a redirect.", { cause });
}

function pick(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, unknown> {
  const found = names.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function readJson({ text, whole }: TextReply, method: string): object {
  if (!whole) throw invalidResponse(`its body is larger than ${jsonBodyBytesMax} bytes`);
  if (text === "") {
    // A deletion may have nothing to say. A listing that says nothing would be taken for one without entries.
    if (method === "GET") throw invalidResponse("its body is empty");
    return {};
  }
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    throw invalidResponse("its body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidResponse("its body is not a JSON object");
  }
  return value;
}

function invalidResponse(what: string): OperationError {
  return new OperationError(
    "UPSTREAM_INVALID_RESPONSE",
    "Databricks answered with something other than its API describes.",
    { cause: new Error(what) },
  );
}
