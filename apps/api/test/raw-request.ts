import { connect } from "node:net";
import { errorEnvelope } from "@front-door/operations";

export interface RawReply {
  /** Everything that came back until the connection closed. */
  readonly text: string;
  readonly status: number;
  readonly body: string;
}

/** Sends these very bytes, and waits until the other side closes the connection or, at most, `waitMs`. */
export function rawRequest(port: number, bytes: string | Buffer, waitMs = 3_000): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), waitMs);
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => {
      clearTimeout(timer);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
      resolve({ text, status, body: text.slice(text.indexOf("\r\n\r\n") + 4) });
    });
  });
}

/** `403 ORIGIN_NOT_ALLOWED` of a reply whose body is the error envelope; it throws for any other body. */
export function refusalOf({ status, body, text }: RawReply): string {
  if (Number.isNaN(status)) throw new Error(`no reply: ${JSON.stringify(text)}`);
  const envelope = errorEnvelope.parse(JSON.parse(body));
  if (envelope.status !== status) throw new Error(`${status} with ${body}`);
  return `${status} ${envelope.error_code}`;
}
