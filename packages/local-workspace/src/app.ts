import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import type { ActiveFault, Faults } from "./control/faults.ts";
import { LOCAL_PREFIX, LocalApi } from "./control/local-api.ts";
import type { RequestLog, SeenRequest } from "./control/request-log.ts";
import { ApiError, notImplemented } from "./http/api-error.ts";
import { splitTarget } from "./http/raw-path.ts";
import {
  type BodyLimit,
  discardReply,
  errorReply,
  json,
  type Reply,
  sendReply,
  shortened,
} from "./http/reply.ts";
import { requestOrigin } from "./http/request-origin.ts";
import { Router } from "./http/router.ts";
import { authenticate, bearerToken, requireScope } from "./identity/authenticate.ts";
import { routesOf } from "./services.ts";
import { type CallHead, calledHead } from "./thrift/message.ts";
import { statusReply, THRIFT_TYPE } from "./thrift-service/thrift-service.ts";
import type { Workspace } from "./workspace.ts";

const SEEN_BODY_MAX = 64 * 1024;

interface AppParts {
  workspace: Workspace;
  requests: RequestLog;
  faults: Faults;
  logger: Logger;
}

/** The whole workspace as a request listener: it records, applies faults, authenticates, routes and replies. */
export class App {
  readonly #parts: AppParts;
  readonly #router: Router;
  readonly #localApi: LocalApi;
  readonly #running = new Set<Promise<void>>();

  constructor(parts: AppParts) {
    this.#parts = parts;
    this.#router = new Router(routesOf(parts.workspace));
    this.#localApi = new LocalApi(parts.requests, parts.faults, parts.workspace);
  }

  readonly listener: RequestListener = (req, res) => {
    const origin = this.#parts.workspace.origin(req);
    const running = requestOrigin
      .run(origin, () => this.#serve(req, res))
      .catch((error: unknown) => {
        // The client left or a fault cut the connection: nobody is there to reply to.
        this.#parts.logger.debug({ err: error }, "request ended early");
        res.destroy();
      });
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  };

  /** Resolves when no request is in progress. After that nothing touches the state folder. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { path } = splitTarget(req.url ?? "");
    if (path.startsWith(LOCAL_PREFIX)) {
      return sendReply(res, await this.#guard(req, path, () => this.#localApi.handle(req, path)));
    }
    const seen = this.#record(req, res);
    const body = new CountedBody(req, seen);
    const head = req.headers["content-type"] === THRIFT_TYPE ? await peekHead(req) : undefined;
    seen.thriftMethod = head?.method;
    const fault = this.#parts.faults.take(seen.method, path, seen.thriftMethod);
    body.cutAfter(fault?.cutRequestAfterBytes);
    if (fault?.delayMs !== undefined && !(await waited(res, fault.delayMs))) return;
    const run = () => this.#guard(req, path, () => this.#answer(req, seen, fault));
    if (fault?.afterRun === true) discardReply(await run());
    if (fault?.noReply !== undefined) return withhold(res, fault.noReply);
    const reply = ordered(fault, head) ?? shortened(await run(), fault?.bodyBytes);
    await sendReply(res, reply, limitOf(fault));
  }

  async #answer(req: IncomingMessage, seen: SeenRequest, fault: ActiveFault | undefined): Promise<Reply> {
    const { path, search } = splitTarget(req.url ?? "");
    const match = this.#router.find(seen.method, path);
    if (match === undefined && !path.startsWith("/api/")) throw notImplemented(`${seen.method} ${path}`);
    const call = {
      req,
      query: new URLSearchParams(search),
      params: match?.params ?? {},
      rest: match?.rest ?? [],
      emptyPages: fault?.emptyPages ?? 0,
    };
    if (match?.route.public === true) return match.route.handle(call);
    const { tokens, seed } = this.#parts.workspace;
    const { authorization } = req.headers;
    const principal = authenticate(authorization, tokens);
    requireScope(authorization, path, tokens);
    if (match === undefined) throw notImplemented(`${seen.method} ${path}`);
    const reply = await match.route.handle({ ...call, principal });
    return { ...reply, headers: { ...reply.headers, "x-databricks-org-id": seed.workspaceId } };
  }

  /** Runs a handler and turns an ApiError into its reply. Anything else is logged and answered with 500. */
  async #guard(req: IncomingMessage, path: string, handle: () => Promise<Reply>): Promise<Reply> {
    try {
      return await handle();
    } catch (error) {
      if (error instanceof ApiError) {
        if (error.status === 501) this.#parts.logger.warn({ method: req.method, path }, error.message);
        return errorReply(error);
      }
      // The client left before the end of its body.
      if (!req.complete && req.destroyed) throw error;
      this.#parts.logger.error({ err: error, method: req.method, path }, "internal error");
      return errorReply(
        new ApiError(500, "INTERNAL_ERROR", "The local workspace failed. See its log for the cause."),
      );
    }
  }

  #record(req: IncomingMessage, res: ServerResponse): SeenRequest {
    const { path, search } = splitTarget(req.url ?? "");
    const principal = this.#parts.workspace.tokens.principal(bearerToken(req.headers.authorization) ?? "");
    const seen = this.#parts.requests.add({
      method: req.method ?? "",
      path,
      query: Object.fromEntries(new URLSearchParams(search)),
      headers: shownHeaders(req),
      // Recorded even if a fault replies: tests ask who was throttled.
      principal: principal?.name,
    });
    res.once("close", () => {
      const state = res.writableFinished ? "done" : "aborted";
      this.#parts.requests.finish(seen, state, res.headersSent ? res.statusCode : undefined);
      const { id, method, thriftMethod, status, bodyBytes, startedAt } = seen;
      const durationMs = Date.now() - startedAt;
      // The display name, because a service principal's own name is half of its credential.
      const who = principal?.displayName;
      this.#parts.logger.info(
        { id, method, path, thriftMethod, status, state, principal: who, bodyBytes, durationMs },
        "request",
      );
    });
    return seen;
  }
}

/** The headers without credentials: only their scheme is kept. */
function shownHeaders(req: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers)) {
    const text = Array.isArray(value) ? value.join(", ") : (value ?? "");
    headers[name] = /^(proxy-)?authorization$/.test(name) ? (text.split(" ")[0] ?? "") : text;
  }
  return headers;
}

/** Counts body bytes as they arrive. A "data" listener would drain the body and defeat an upload's back-pressure. */
class CountedBody {
  readonly #req: IncomingMessage;
  readonly #seen: SeenRequest;
  #cutAfter: number | undefined;

  constructor(req: IncomingMessage, seen: SeenRequest) {
    this.#req = req;
    this.#seen = seen;
    const push = req.push.bind(req);
    const isJson = req.headers["content-type"]?.startsWith("application/json") === true;
    req.push = (chunk: Buffer | null, encoding) => {
      seen.bodyBytes += chunk?.length ?? 0;
      if (chunk !== null && isJson) seen.body = ((seen.body ?? "") + String(chunk)).slice(0, SEEN_BODY_MAX);
      if (chunk !== null) this.#cut();
      return push(chunk, encoding);
    };
  }

  cutAfter(bytes: number | undefined): void {
    this.#cutAfter = bytes;
    this.#cut();
  }

  #cut(): void {
    if (this.#cutAfter !== undefined && this.#seen.bodyBytes >= this.#cutAfter) this.#req.socket.destroy();
  }
}

/** Peeks at the first bytes of a Thrift call's body for its method and number. */
async function peekHead(req: IncomingMessage): Promise<CallHead | undefined> {
  if (req.readableLength === 0 && !req.readableEnded && !req.destroyed) {
    await Promise.race([once(req, "readable"), once(req, "close")]).catch(() => {});
  }
  const start = req.read() as Buffer | null;
  if (start === null) return undefined;
  req.unshift(start);
  return calledHead(start);
}

/** Resolves to false if the client left during the wait. */
async function waited(res: ServerResponse, delayMs: number): Promise<boolean> {
  const left = new AbortController();
  const abort = () => left.abort();
  res.once("close", abort);
  await setTimeout(delayMs, undefined, { signal: left.signal }).catch(() => {});
  res.off("close", abort);
  return !left.signal.aborted;
}

/** Sends nothing. Resolves when the connection is closed. */
async function withhold(res: ServerResponse, how: "reset" | "silent"): Promise<void> {
  if (how === "reset") res.destroy();
  else if (!res.destroyed) await once(res, "close");
}

/** The reply that a fault gives in place of the handler's; undefined if it lets the request through. */
function ordered(fault: ActiveFault | undefined, head: CallHead | undefined): Reply | undefined {
  if (fault?.thriftStatus !== undefined && head !== undefined) return statusReply(head, fault.thriftStatus);
  if (fault === undefined || (fault.status === undefined && fault.body === undefined)) return undefined;
  const { status = 200, headers = {}, body = "" } = fault;
  if (typeof body === "object") return json(body, status, headers);
  const bytes = Buffer.from(body);
  const length = headers["transfer-encoding"] === undefined ? { "content-length": String(bytes.length) } : {};
  return { status, headers: { ...length, ...headers }, body: bytes };
}

function limitOf(fault: ActiveFault | undefined): BodyLimit | undefined {
  if (fault?.cutAfterBytes !== undefined) return { bytes: fault.cutAfterBytes, end: "cut" };
  if (fault?.stallBodyAfterBytes !== undefined) return { bytes: fault.stallBodyAfterBytes, end: "stall" };
  return undefined;
}
