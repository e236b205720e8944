import { describe, expect, test } from "vitest";
import { ReplyReader } from "./reply-reader.ts";

const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n";
const ofLength = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nfirstsecond";

describe.each([
  ["chunked", chunked],
  ["of a length", ofLength],
])("a reply %s", (_, reply) => {
  test("the first byte counts when it is there, wherever the network parts the reply", () => {
    for (let at = 1; at < reply.length; at += 1) {
      const seen = eventsOf([reply.slice(0, at), reply.slice(at)]);
      const firstByteIn =
        reply.slice(0, at).includes("\r\n\r\n") && /\r\n(?:5\r\n)?f/.test(reply.slice(0, at));
      expect(seen, `parted at ${at}`).toEqual([
        ...(firstByteIn ? ["first byte", "piece"] : ["piece", "first byte"]),
        "end of 11 bytes",
        "piece",
      ]);
    }
  });
});

function eventsOf(pieces: readonly string[]): string[] {
  const seen: string[] = [];
  const reader = new ReplyReader(
    () => seen.push("first byte"),
    () => seen.push(`end of ${reader.bodyBytes} bytes`),
  );
  for (const piece of pieces) {
    reader.take(Buffer.from(piece));
    seen.push("piece");
  }
  return seen;
}
