import { randomUUID } from "node:crypto";
import { OperationError, workspaceName } from "@front-door/operations";
import { derivedKey, describeError } from "@front-door/service-runtime";
import type { Request, Response } from "express";
import type { Logger } from "pino";
import * as z from "zod";
import { logCause } from "../http/error-reply.ts";
import { sendWebResponse, webRequest } from "../http/web-exchange.ts";
import type { CallsUnderWay } from "../mcp/calls-under-way.ts";
import type { McpCaller } from "../mcp/mcp-caller.ts";
import type { answerMcp, ServerFactory } from "../mcp/mcp-server.ts";
import type { ToolAccess } from "../mcp/tool-access.ts";
import type { parseToolsets } from "../mcp/tools.ts";
import { countedAs } from "../rate-limit/rate-limit.ts";
import type { Exchange, Route, Services } from "../routing/route.ts";

export const mcpPath = "/mcp";

/** Those that the protocol has. */
const headers = ["accept", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name"];

const query = z.strictObject({
  toolsets: z.string().max(500).optional(),
  workspace: workspaceName.optional(),
});

const initialize = z.object({ method: z.literal("initialize") });
const cancellation = z.object({
  method: z.literal("notifications/cancelled"),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});

/** What all requests share. */
interface Mcp {
  readonly answer: typeof answerMcp;
  readonly parseToolsets: typeof parseToolsets;
  readonly access: ToolAccess;
  readonly callsUnderWay: CallsUnderWay;
  readonly confirmationKey: Buffer;
}

export interface McpParts {
  readonly logger: Logger;
  /** GATEWAY_SECRET, which every replica has. */
  readonly secret: string;
  readonly serverFor?: ServerFactory | undefined;
}

/**
 * `POST /mcp`: the Model Context Protocol over Streamable HTTP, without sessions, so that any replica answers any request. Every
 * tool runs operations of the gateway, as the caller of the request.
 */
export function mcpRoute({ logger, secret, serverFor }: McpParts): Route {
  let loading: Promise<Mcp> | undefined;
  return {
    method: "post",
    path: mcpPath,
    operationId: "mcp",
    tag: "Service",
    summary: "The Model Context Protocol, for agents.",
    checksOperations: true,
    query,
    replies: {},
    errors: [],
    async handle(exchange, services) {
      const { req, res, call } = exchange;
      // Loaded by the first agent: the protocol takes 10 MiB.
      const mcp = await (loading ??= load(services, secret));
      const message: unknown = await services.readJsonBody(
        req,
        res,
        z.unknown(),
        services.limits.mcpBodyBytesMax,
      );
      // The library still takes them from clients of 2025-03-26: a hundred calls, counted as one request.
      if (Array.isArray(message)) {
        throw new OperationError("MALFORMED_REQUEST", "The body must be one message, not a batch.");
      }
      const caller = callerOf(exchange, services, mcp, logger);
      const cancelled = cancellation.safeParse(message).data;
      if (cancelled !== undefined) mcp.callsUnderWay.cancel(caller.agent, cancelled.params.requestId);
      const reply = await mcp.answer(webRequest(req, headers, call.signal), message, caller, serverFor);
      // A name for the connection, and no session: a cancellation names its call by a number that is unique in its connection only.
      if (initialize.safeParse(message).success) res.setHeader("Mcp-Session-Id", randomUUID());
      await sendWebResponse(res, reply, services.limits.fileIdleTimeoutMs);
    },
  };
}

async function load({ gateway }: Services, secret: string): Promise<Mcp> {
  const [server, tools, { ToolAccess: Access }, { CallsUnderWay: Calls }] = await Promise.all([
    import("../mcp/mcp-server.ts"),
    import("../mcp/tools.ts"),
    import("../mcp/tool-access.ts"),
    import("../mcp/calls-under-way.ts"),
  ]);
  return {
    answer: server.answerMcp,
    parseToolsets: tools.parseToolsets,
    access: new Access(gateway),
    callsUnderWay: new Calls(),
    confirmationKey: derivedKey(secret, "front-door confirmation"),
  };
}

function callerOf(
  { req, res, query: given, call }: Exchange,
  { gateway, settingsFile, limits }: Services,
  { access, parseToolsets: parse, callsUnderWay, confirmationKey }: Mcp,
  logger: Logger,
): McpCaller {
  const { caller } = res.locals;
  if (caller === undefined) throw new Error("the guard signs every caller of /mcp in");
  const { toolsets } = given as z.output<typeof query>;
  return {
    gateway,
    settingsFile,
    call,
    waitMsMax: limits.toolWaitMsMax,
    toolsets: parse(toolsets),
    callsUnderWay,
    confirmationKey,
    agent: agentOf(req, res),
    access: () => access.of(caller, call),
    onTool(name) {
      res.locals.op = `mcp ${name}`;
    },
    onFailure(error, { code }) {
      res.locals.errorCode = code;
      logCause(logger, error, res.locals);
    },
    onProtocolError(error) {
      logger.debug(
        { request_id: call.requestId, cause: describeError(error) },
        "a message to /mcp was refused",
      );
    },
  };
}

/**
 * The caller, and the name that this server has given the agent's connection, as the agent says. Undefined without a name: callers
 * who do not sign in can share an address, and every agent counts its requests from 0 or 1.
 */
function agentOf(req: Request, res: Response): string | undefined {
  const { "mcp-session-id": name } = req.headers;
  if (typeof name !== "string" || name === "") return undefined;
  return JSON.stringify([countedAs(req, res), name.slice(0, 100)]);
}
