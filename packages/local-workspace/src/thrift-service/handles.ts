import type { OperationHandle, SessionHandle } from "../thrift/tcli-structs.ts";
import type { Operation, ThriftSession } from "./sessions.ts";
import { InvalidHandleError } from "./status.ts";

export function sessionHandle({ id, secret }: ThriftSession): SessionHandle {
  return { sessionId: { guid: bytesOf(id), secret } };
}

export function operationHandle({ statement, type, secret }: Operation): OperationHandle {
  // A command returns a row too, so every operation has a result set.
  return {
    operationId: { guid: bytesOf(statement.seen.id), secret },
    operationType: type,
    hasResultSet: true,
  };
}

export function sessionId(handle: SessionHandle | undefined): string {
  return uuidOf("SessionHandle", handle?.sessionId?.guid);
}

export function operationId(handle: OperationHandle | undefined): string {
  return uuidOf("OperationHandle", handle?.operationId?.guid);
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}

function uuidOf(kind: "SessionHandle" | "OperationHandle", guid: Uint8Array | undefined): string {
  const hex = Buffer.from(guid ?? []).toString("hex");
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex);
  if (parts === null) throw new InvalidHandleError(kind, hex);
  return parts.slice(1).join("-");
}
