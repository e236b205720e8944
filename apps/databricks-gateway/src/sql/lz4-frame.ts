const magic = 0x184d2204;
/** Of the descriptor's first byte: which optional fields there are. */
const hasBlockChecksums = 0x10;
const hasContentSize = 0x08;
const hasDictionaryId = 0x01;
const isStored = 0x8000_0000;
/** A byte of a compressed block stands for at most this many. */
const expansionMax = 255;

interface Block {
  readonly start: number;
  readonly end: number;
  readonly stored: boolean;
}

/**
 * The bytes that an LZ4 frame has when it is decompressed, without doing it: at least as many as it has. It is exact where
 * a quick estimate is above `quickMax`. The size that a frame may state itself is not believed. Throws a RangeError for
 * what is not a frame.
 */
export function decompressedBytes(frame: Uint8Array, quickMax: number): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== magic) throw new RangeError("not an LZ4 frame");
  const blockBytesMax = 256 * 4 ** ((view.getUint8(5) >> 4) & 7);
  const within = (bytes: number) => Math.min(bytes, blockBytesMax);
  const quick = sum(blocksOf(view), ({ start, end, stored }) =>
    stored ? end - start : within((end - start) * expansionMax),
  );
  if (quick <= quickMax) return quick;
  return sum(blocksOf(view), (block) =>
    within(block.stored ? block.end - block.start : expandedBytes(frame, block)),
  );
}

function sum(blocks: Iterable<Block>, bytesOf: (block: Block) => number): number {
  let bytes = 0;
  for (const block of blocks) bytes += bytesOf(block);
  return bytes;
}

/** One by one: a hostile frame can have millions. */
function* blocksOf(view: DataView): Generator<Block> {
  const flags = view.getUint8(4);
  let at = 7 + (flags & hasContentSize ? 8 : 0) + (flags & hasDictionaryId ? 4 : 0);
  // The end mark of the frame is a length of zero.
  for (let head = view.getUint32(at, true); head !== 0; head = view.getUint32(at, true)) {
    const start = at + 4;
    const end = start + (head & ~isStored);
    yield { start, end, stored: (head & isStored) !== 0 };
    at = end + (flags & hasBlockChecksums ? 4 : 0);
  }
}

/** A compressed block is a series of literals and of copies of what came before, each with its length. */
function expandedBytes(frame: Uint8Array, { start, end }: Block): number {
  let bytes = 0;
  let at = start;
  const length = (short: number) => {
    let long = short;
    for (let more = short === 15 ? 255 : 0; more === 255; long += more) more = frame[at++] ?? 0;
    return long;
  };
  while (at < end) {
    const token = frame[at++] ?? 0;
    const literals = length(token >> 4);
    bytes += literals;
    at += literals;
    // The last one has no copy.
    if (at >= end) break;
    at += 2;
    bytes += length(token & 15) + 4;
  }
  return bytes;
}
