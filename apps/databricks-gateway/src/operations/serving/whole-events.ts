/** An event of a model is some hundred bytes long. One that is longer than this is passed on in parts. */
const eventBytesMax = 64 * 1024;
const emptyLines = ["\n\n", "\r\n\r\n", "\r\r"];
/** What of an empty line can stand before a piece that ends it. */
const seamBytes = 3;

/**
 * The bytes of server-sent events as they come, but no part of an event before the rest of it: nobody could use it yet, and
 * a reply that breaks off then ends between two events. What follows the last empty line comes at the end. Looks at each byte a
 * bounded number of times, however small the pieces are.
 */
export async function* wholeEvents(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  // One buffer, because a list of pieces can keep a thousand times their bytes.
  let held: Buffer = Buffer.alloc(0);
  let length = 0;
  for await (const piece of body) {
    const seam = held.subarray(Math.max(0, length - seamBytes), length);
    const isTooLong = length + piece.length > eventBytesMax;
    const end = isTooLong ? piece.length : endOfEvents(seam, piece);
    if (end > 0) {
      yield Buffer.concat([held.subarray(0, length), piece.subarray(0, end)]);
      length = 0;
    }
    if (end === piece.length) continue;
    if (held.length === 0) held = Buffer.allocUnsafeSlow(eventBytesMax);
    length += piece.copy(held, length, end);
  }
  if (length > 0) yield held.subarray(0, length);
}

/** Where in the piece the last whole event ends: after an empty line, which can begin in the bytes before it. 0 if there is none. */
function endOfEvents(seam: Buffer, piece: Buffer): number {
  const bytes = Buffer.concat([seam, piece]);
  const ends = emptyLines.map((each) => {
    const at = bytes.lastIndexOf(each);
    return at === -1 ? 0 : at + each.length - seam.length;
  });
  return Math.max(...ends);
}
