const decodingRoundsMax = 8;

// Over-long UTF-8 for `.`, `/` and `\`, which lenient decoders accept although it is not valid.
const overlong: readonly [RegExp, string][] = [
  [/%c0%ae|%e0%80%ae|%f0%80%80%ae/gi, "."],
  [/%c0%af|%e0%80%af|%f0%80%80%af|%c1%9c|%e0%81%9c|%f0%80%81%9c/gi, "/"],
];

/**
 * Whether a server that decodes once more than it should could read `segment` as `.` or `..`. Somewhere between here
 * and the storage a URL is normalised (docs/sdk-transport.md, SDK 11), so a name like `%2e%2e` is refused although it is legal.
 */
export function climbs(segment: string): boolean {
  let current = segment;
  for (let round = 0; round < decodingRoundsMax; round++) {
    if (hasDotSegment(current)) return true;
    const decoded = decodeOnce(current);
    if (decoded === current) return false;
    current = decoded;
  }
  return true;
}

function hasDotSegment(text: string): boolean {
  // Compatibility forms (full-width dots), either kind of slash, and `..;x`, which Java servers read as `..`.
  return text
    .normalize("NFKC")
    .split(/[/\\]/)
    .some((part) => /^\.{1,2}(;.*)?$/su.test(part));
}

function decodeOnce(text: string): string {
  const plain = overlong.reduce((result, [pattern, character]) => result.replace(pattern, character), text);
  return plain
    .replace(/%u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
}
