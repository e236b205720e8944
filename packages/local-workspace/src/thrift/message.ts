import { ThriftFormatError, ThriftReader, ThriftWriter } from "./binary-protocol.ts";
import { i32, string, struct, type ThriftType } from "./thrift-type.ts";

const VERSION = 0x8001;
const CALL = 1;
const REPLY = 2;
const EXCEPTION = 3;
export const UNKNOWN_METHOD = 1;
const NAME_BYTES_MAX = 64;

const applicationException = struct({ message: [1, string], type: [2, i32] });

export interface CallHead {
  method: string;
  sequenceId: number;
}

/** Reads the head of a call, up to its arguments. Throws ThriftFormatError if it is not a call. */
export function readCallHead(input: ThriftReader): CallHead {
  if (input.i16() !== VERSION - 0x10000 || input.i16() !== CALL)
    throw new ThriftFormatError("Not a Thrift call.");
  return { method: string.read(input), sequenceId: input.i32() };
}

/** The head of the call that a message begins with; undefined if its first bytes do not contain it. */
export function calledHead(start: Buffer): CallHead | undefined {
  if (start.length < 8 || start.readUInt16BE(0) !== VERSION) return undefined;
  const length = start.readInt32BE(4);
  if (length < 0 || length > NAME_BYTES_MAX || start.length < 12 + length) return undefined;
  return { method: start.toString("latin1", 8, 8 + length), sequenceId: start.readInt32BE(8 + length) };
}

/** Every method of the service takes one struct as field 1. */
export function readArguments<Request>(input: ThriftReader, request: ThriftType<Request>): Request {
  const { req } = struct({ req: [1, request] }).read(input) as { req?: Request };
  if (req === undefined) throw new ThriftFormatError("The call has no request.");
  return req;
}

export function writeCall<Request>(head: CallHead, type: ThriftType<Request>, request: Request): Buffer {
  return write(CALL, head, struct({ req: [1, type] }), { req: request });
}

export function writeReply<Response>(head: CallHead, type: ThriftType<Response>, response: Response): Buffer {
  return write(REPLY, head, struct({ success: [0, type] }), { success: response });
}

export function readReply<Response>(bytes: Buffer, type: ThriftType<Response>): Response {
  const input = new ThriftReader(bytes);
  input.i16();
  const kind = input.i16();
  string.read(input);
  input.i32();
  if (kind === EXCEPTION) throw new ThriftFormatError(applicationException.read(input).message);
  const { success } = struct({ success: [0, type] }).read(input) as { success?: Response };
  if (success === undefined) throw new ThriftFormatError("The reply has no result.");
  return success;
}

export function writeException(head: CallHead, type: number, message: string): Buffer {
  return write(EXCEPTION, head, applicationException, { message, type });
}

function write<Body>(kind: number, head: CallHead, type: ThriftType<Body>, body: unknown): Buffer {
  const output = new ThriftWriter();
  output.i16(VERSION - 0x10000);
  output.i16(kind);
  string.write(output, head.method);
  output.i32(head.sequenceId);
  type.write(output, body as Body);
  return output.take();
}
