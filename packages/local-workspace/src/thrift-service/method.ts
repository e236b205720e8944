import type { SqlLimits } from "../sql/sql-parts.ts";
import type { ThriftReader } from "../thrift/binary-protocol.ts";
import { type CallHead, readArguments, writeReply } from "../thrift/message.ts";
import type { Status } from "../thrift/tcli-structs.ts";
import type { ThriftType } from "../thrift/thrift-type.ts";
import type { Caller, Sessions } from "./sessions.ts";
import { statusOf } from "./status.ts";

export interface Context {
  caller: Caller;
  sessions: Sessions;
  limits: SqlLimits;
  /** A link to a file of a result, on the host that the client uses, and when it expires (epoch milliseconds). */
  linkTo: (statementId: string, file: number) => { fileLink: string; expiryTime: number };
}

/** Reads a call's arguments and returns its encoded reply. */
export type Method = (context: Context, head: CallHead, input: ThriftReader) => Promise<Buffer>;

/** An error that `answer` throws becomes the status of a reply with nothing else but the fields of `always`, if it has one. */
export function method<Request, Response extends { status?: Status | undefined }>(
  request: ThriftType<Request>,
  response: ThriftType<Response>,
  answer: (context: Context, request: Request) => Promise<Response> | Response,
  always: Partial<Response> = {},
): Method {
  return async (context, head, input) => {
    try {
      return writeReply(head, response, await answer(context, readArguments(input, request)));
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      // Every field of a struct is optional.
      return writeReply(head, response, { ...always, status } as Response);
    }
  };
}
