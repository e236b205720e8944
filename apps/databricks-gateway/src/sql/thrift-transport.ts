import { OperationError } from "@front-door/operations";
import type { Dispatcher } from "undici";
import type { WorkspaceAddress } from "../config/workspace-address.ts";
import { type Credential, withCredential } from "../databricks/credential.ts";
import { exchange, type Progress, type Reply } from "../databricks/exchange.ts";
import { openPool } from "../databricks/open-pool.ts";
import { CallFailure } from "./call-failure.ts";
import { rowBytesMax } from "./fetch-size.ts";
import { type ReplyRoom, roomForReply } from "./reply-room.ts";
import { rowTooLarge } from "./row-too-large.ts";

export interface ThriftTransportOptions {
  readonly address: WorkspaceAddress;
  /** Of the warehouse, with its query. */
  readonly path: string;
  readonly credential: Credential;
  /** The longest wait for a reply, and for more of it, in milliseconds. */
  readonly requestMs: number;
}

type Headers = Readonly<Record<string, string>>;

/** More than twice the 100 statements that one identity may run at once: each can be closing while another begins. */
const connectionsMax = 256;
/** Shorter than load balancers keep an idle connection, so that it is not they who close it. */
const idleConnectionMs = 30_000;
/** What a reply has beside its rows. */
const envelopeBytes = 64 * 1024;
/** Databricks counts the bytes of rows in its own way, so a reply can be larger than what was asked for. */
const slack = 1.5;
const errorBytesMax = 64 * 1024;

/**
 * HTTP under the driver, in place of its own. The driver follows redirects with the statement, never settles a call whose
 * reply is cut or is not Thrift, and loses what an error says (docs/sdk-transport.md, driver 6 and 14).
 */
export class ThriftTransport {
  readonly #options: ThriftTransportOptions;
  readonly #pool: Dispatcher;

  constructor(options: ThriftTransportOptions) {
    this.#options = options;
    this.#pool = openPool(options.address, {
      connections: connectionsMax,
      replyMs: options.requestMs,
      idleMs: idleConnectionMs,
    });
  }

  /**
   * Sends one Thrift message, with these headers and its own, and resolves to the message that answers it. A call whose
   * credential Databricks refuses, and so does not run, is sent again once if there is another credential. Throws
   * CallFailure, or the credential's own error.
   */
  async call(message: Buffer, headers: Headers): Promise<Buffer> {
    const reply = await withCredential(this.#options.credential, (authorization) =>
      this.#send(message, { ...headers, authorization }),
    );
    const { status, body, isWhole } = reply;
    if (status !== 200) {
      const failed = { status, headers: reply.headers, text: body.toString() };
      throw new CallFailure("status", `Databricks answered ${status}`, { reply: failed });
    }
    if (!isWhole)
      throw new CallFailure("no room", "the reply is too large", {
        cause: rowTooLarge(rowBytesMaxOf(roomForReply())),
      });
    if (!isReplyTo(message, body)) throw new CallFailure("unreadable", "the reply is not one to this call");
    return body;
  }

  /** Ends every call that still runs. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #send(message: Buffer, given: Headers): Promise<Reply> {
    const progress: Progress = { isSent: false, hasReply: false };
    const request = {
      method: "POST" as const,
      path: this.#options.path,
      headers: {
        ...given,
        "content-type": "application/x-thrift",
        // undici does not decompress, and without this a proxy may compress.
        "accept-encoding": "identity",
      },
      body: message,
    };
    const asked = roomForReply();
    const room = asked && { bytes: asked.bytesMax * slack + envelopeBytes, more: asked.more };
    const bytesMax = (status: number) =>
      status === 200 ? rowBytesMaxOf(asked) + envelopeBytes : errorBytesMax;
    const options = { progress, bytesMax, ...(room && { room }) };
    return exchange(this.#pool, request, options).catch((cause: Error) => {
      throw toCallFailure(cause, progress);
    });
  }
}

/** Of a call that is made for no rows: what all have unless a test says otherwise. */
function rowBytesMaxOf(room: ReplyRoom | undefined): number {
  return room?.rowBytesMax ?? rowBytesMax;
}

function toCallFailure(cause: Error, { isSent, hasReply }: Progress): CallFailure {
  // Only the wait for memory fails with one.
  if (cause instanceof OperationError)
    return new CallFailure("no room", "there is no memory for the reply", { cause });
  if (!isSent) return new CallFailure("not connected", "no connection was made", { cause });
  const code = "code" in cause ? cause.code : undefined;
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    return new CallFailure("late", "there was no reply in time", { cause });
  }
  return hasReply
    ? new CallFailure("cut", "the reply broke off", { cause })
    : new CallFailure("no reply", "the connection broke before any reply", { cause });
}

/** The first four bytes of a reply: version 1 of the binary protocol, and its kind, REPLY or EXCEPTION. */
const replyStarts: ReadonlySet<number> = new Set([0x80010002, 0x80010003]);

/** Whether a message answers the call: its head repeats the method and the number of the call. */
function isReplyTo(call: Buffer, reply: Buffer): boolean {
  const headBytes = 12 + call.readInt32BE(4);
  return (
    reply.length >= headBytes &&
    replyStarts.has(reply.readUInt32BE(0)) &&
    reply.subarray(4, headBytes).equals(call.subarray(4, headBytes))
  );
}
