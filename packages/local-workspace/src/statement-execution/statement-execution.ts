import type { IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";
import { ApiError } from "../http/api-error.ts";
import { type Call, type PublicCall, type Route, readJson } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { RESULT_LINKS } from "../sql/result-links.ts";
import { usableWarehouse } from "../sql/usable-warehouse.ts";
import type { Workspace } from "../workspace.ts";
import type { KeptStatement } from "./kept-statement.ts";
import { chunkAnswer, statementAnswer } from "./statement-answer.ts";
import { statementRequest, statementRequestSchema } from "./statement-request.ts";

/** A statement may have 16 MiB of text, plus its parameters. */
const BODY_BYTES_MAX = 24 * 1024 * 1024;

/** `/api/2.0/sql/statements`, and the links to results. */
export function statementExecution(workspace: Workspace): Route[] {
  const all = "/api/2.0/sql/statements";
  const find = ({ principal, params }: Call) =>
    workspace.sql.statements.find(principal.name, params.id ?? "");
  return [
    { method: "POST", pattern: all, handle: (call) => execute(workspace, call) },
    { method: "GET", pattern: `${all}/:id`, handle: (call) => answer(workspace, call.req, find(call)) },
    {
      method: "GET",
      pattern: `${all}/:id/result/chunks/:chunk`,
      handle: async (call) => {
        const given = await chunkAnswer(find(call), Number(call.params.chunk), linksFor(workspace, call.req));
        return json(given);
      },
    },
    {
      method: "POST",
      pattern: `${all}/:id/cancel`,
      handle: async (call) => {
        await find(call).cancel();
        return json({});
      },
    },
    {
      method: "DELETE",
      pattern: `${all}/:id`,
      handle: async (call) => {
        await find(call).close();
        return json({});
      },
    },
    {
      method: "GET",
      pattern: `${RESULT_LINKS}/:token`,
      public: true,
      handle: (call) => download(workspace, call),
    },
  ];
}

async function execute(workspace: Workspace, call: Call): Promise<Reply> {
  const request = statementRequest(await readJson(call.req, statementRequestSchema, BODY_BYTES_MAX));
  usableWarehouse(workspace.seed, request.warehouseId, call.principal);
  const statement = await workspace.sql.statements.start(call.principal.name, request);
  if (request.waitMs > 0) {
    const timer = new AbortController();
    await Promise.race([
      statement.ended,
      setTimeout(request.waitMs, undefined, { signal: timer.signal }).catch(() => {}),
    ]);
    timer.abort();
    if (!statement.isOver && request.cancelAfterWait) await statement.cancel();
  }
  return answer(workspace, call.req, statement);
}

async function answer(workspace: Workspace, req: IncomingMessage, statement: KeptStatement): Promise<Reply> {
  return json(await statementAnswer(statement, linksFor(workspace, req)));
}

/** A link to a chunk, on the host that the client uses. */
function linksFor(workspace: Workspace, req: IncomingMessage) {
  return (statement: KeptStatement, chunk: number) => {
    const { path, expiresAt } = workspace.sql.links.make(statement.seen.id, chunk);
    return {
      external_link: `${workspace.origin(req)}${path}`,
      expiration: new Date(expiresAt).toISOString(),
    };
  };
}

/**
 * The bytes behind a link. It stands in for cloud storage, which accepts nothing but its own signature: S3, too, answers
 * a bearer token with 400.
 */
function download(workspace: Workspace, { req, params }: PublicCall): Reply {
  if (req.headers.authorization !== undefined) {
    throw new ApiError(400, "INVALID_PARAMETER_VALUE", "Only one auth mechanism allowed.");
  }
  const found = workspace.sql.links.open(params.token ?? "");
  if (found === undefined) {
    throw new ApiError(403, "PERMISSION_DENIED", "The link has expired.");
  }
  return {
    status: 200,
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(found.chunks.chunks[found.index]?.bytes),
    },
    body: found.chunks.stream(found.index),
  };
}
