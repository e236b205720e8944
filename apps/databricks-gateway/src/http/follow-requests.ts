import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gatewayHeader, requestIdPattern } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import type { FastifyInstance } from "fastify";
import { checkHost } from "./check-caller.ts";
import type { RequestTrace } from "./request-trace.ts";

export interface FollowOptions {
  readonly redact: Redactor;
  /** Called once for each request, when its reply is through or its connection gone. */
  readonly onEnd: (trace: RequestTrace) => void;
}

/**
 * Follows every request from its head to its end, by one hook and one listener: it gets a trace, its operation ends when
 * the caller hangs up, and when the gateway closes, requests that run end normally and take their connections with them
 * (kept alive, an idle one would hold the close for as long as its client likes).
 */
export function followRequests(app: FastifyInstance, { redact, onEnd }: FollowOptions): void {
  const running = new Set<ServerResponse>();
  let closing = false;
  app.decorateRequest("trace", null as unknown as RequestTrace);
  const follow = (reply: ServerResponse, trace: RequestTrace) => {
    running.add(reply);
    // The response's own event: unlike Fastify's hooks it comes for broken connections too.
    reply.once("close", () => {
      running.delete(reply);
      clearTimeout(trace.bodyTimer);
      if (reply.writableFinished) trace.status ??= reply.statusCode;
      else trace.deadline?.callerGone();
      onEnd(trace);
    });
    if (closing) endConnectionWith(reply);
  };
  // With a callback: a promise for each hook of each request is a cost without a use.
  app.addHook("onRequest", (request, reply, done) => {
    const trace = newTrace(request.raw, redact);
    request.trace = trace;
    reply.header(gatewayHeader.requestId, trace.requestId);
    follow(reply.raw, trace);
    checkHost(request.raw);
    done();
  });
  app.addHook("preClose", async () => {
    closing = true;
    for (const reply of running) endConnectionWith(reply);
  });
}

function newTrace({ method = "", url = "", headers }: IncomingMessage, redact: Redactor): RequestTrace {
  const given = headers[gatewayHeader.requestId];
  const requestId = typeof given === "string" && requestIdPattern.test(given) ? given : randomUUID();
  const path = url.split("?", 1)[0] ?? "";
  return { requestId, method, path, startedMs: performance.now(), redact };
}

function endConnectionWith(reply: ServerResponse): void {
  if (!reply.headersSent) {
    reply.shouldKeepAlive = false;
    return;
  }
  const { socket } = reply;
  reply.once("finish", () => socket?.end());
}
