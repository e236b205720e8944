const decodingRoundsMax = 8;

// Over-long UTF-8 for `.`, `/` and `\`: invalid, but accepted by lenient decoders.
const overlong: readonly [RegExp, string][] = [
  [/%c0%ae|%e0%80%ae|%f0%80%80%ae/gi, "."],
  [/%c0%af|%e0%80%af|%f0%80%80%af|%c1%9c|%e0%81%9c|%f0%80%81%9c/gi, "/"],
];

/** No decoder turns these characters into a dot or a slash, and with one of them behind every dot it is neither `.` nor `..`. */
const harmless = /^[\w -]*(?:\.[\w -]+)*$/;

/**
 * Whether a server that decodes once too often could read `segment` as `.` or `..`. URLs are normalised somewhere between
 * here and the storage (docs/sdk-transport.md, SDK 11), so `%2e%2e` is refused although it is a legal name.
 */
export function isPathTraversal(segment: string): boolean {
  if (harmless.test(segment)) return false;
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
  // Compatibility forms such as full-width dots, both kinds of slash, and `..;x`, which Java servers read as `..`.
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
