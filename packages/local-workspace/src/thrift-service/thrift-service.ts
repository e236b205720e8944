import { ApiError } from "../http/api-error.ts";
import { type Route, readBody } from "../http/call.ts";
import type { Reply } from "../http/reply.ts";
import { usableWarehouse } from "../sql/usable-warehouse.ts";
import { ThriftFormatError, ThriftReader } from "../thrift/binary-protocol.ts";
import {
  type CallHead,
  readCallHead,
  UNKNOWN_METHOD,
  writeException,
  writeReply,
} from "../thrift/message.ts";
import { type Status, statusResponse } from "../thrift/tcli-structs.ts";
import type { Workspace } from "../workspace.ts";
import type { Context } from "./method.ts";
import { methods } from "./methods.ts";

/** A statement may have 16 MiB of text, plus its parameters. */
const MESSAGE_BYTES_MAX = 24 * 1024 * 1024;

export const THRIFT_TYPE = "application/x-thrift";

/** `/sql/1.0/warehouses/<id>`: TCLIService in Thrift's binary protocol, one call per POST. */
export function thriftService(workspace: Workspace): Route[] {
  return [
    {
      method: "POST",
      pattern: "/sql/1.0/warehouses/:warehouse",
      handle: async (call) => {
        const warehouseId = call.params.warehouse ?? "";
        usableWarehouse(workspace.seed, warehouseId, call.principal);
        const bytes = await readBody(call.req, MESSAGE_BYTES_MAX);
        const context: Context = {
          caller: { principal: call.principal.name, warehouseId },
          sessions: workspace.sql.sessions,
          limits: workspace.sql.limits,
          linkTo: (statementId, file) => {
            const { path, expiresAt } = workspace.sql.links.make(statementId, file);
            return { fileLink: `${workspace.origin(call.req)}${path}`, expiryTime: expiresAt };
          },
        };
        return thriftReply(await answer(context, bytes));
      },
    },
  ];
}

/** A reply that has a status and nothing else, as that of a call that was refused. Every method's reply begins with one. */
export function statusReply(head: CallHead, status: Status): Reply {
  const { errorMessage } = status;
  return thriftReply(
    writeReply(head, statusResponse, { status: { displayMessage: errorMessage, ...status } }),
  );
}

async function answer(context: Context, bytes: Buffer): Promise<Buffer> {
  try {
    const input = new ThriftReader(bytes);
    const head = readCallHead(input);
    const method = Object.hasOwn(methods, head.method) ? methods[head.method] : undefined;
    if (method !== undefined) return await method(context, head, input);
    return writeException(head, UNKNOWN_METHOD, `Invalid method name: '${head.method}'`);
  } catch (error) {
    if (error instanceof ThriftFormatError) throw new ApiError(400, "BAD_REQUEST", error.message);
    throw error;
  }
}

function thriftReply(body: Buffer): Reply {
  return {
    status: 200,
    headers: { "content-type": THRIFT_TYPE, "content-length": String(body.length) },
    body,
  };
}
