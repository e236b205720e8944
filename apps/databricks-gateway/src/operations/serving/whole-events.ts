/** An event of a model is some hundred bytes long. One that is longer than this is passed on in parts. */
const eventBytesMax = 64 * 1024;

/**
 * The bytes of server-sent events as they come, but no part of an event before the rest of it: nobody could use it yet, and
 * a reply that breaks off then ends between two events. What follows the last empty line comes at the end.
 */
export async function* wholeEvents(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of body) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = bytes.length > eventBytesMax ? bytes.length : endOfEvents(bytes);
    rest = bytes.subarray(end);
    if (end > 0) yield bytes.subarray(0, end);
  }
  if (rest.length > 0) yield rest;
}

/** Where the last whole event ends: after an empty line. 0 if there is none. */
function endOfEvents(bytes: Buffer): number {
  return Math.max(endOf(bytes, "\n\n"), endOf(bytes, "\r\n\r\n"), endOf(bytes, "\r\r"));
}

function endOf(bytes: Buffer, emptyLine: string): number {
  const at = bytes.lastIndexOf(emptyLine);
  return at === -1 ? 0 : at + emptyLine.length;
}
