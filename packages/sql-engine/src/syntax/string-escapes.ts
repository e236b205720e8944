const SIMPLE: Record<string, string> = { "0": "\0", b: "\b", n: "\n", r: "\r", t: "\t", Z: "\u001A" };
/** `\%` and `\_` keep their backslash, which LIKE needs. Any other character stands for itself. */
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7][0-7])|([\s\S]))/g;

/** The value of a string literal's body, with Spark's escapes (`ParserUtils.unescapeSQLString`). */
export function unescapeString(body: string, quote: string): string {
  const parts: string[] = [];
  let last = 0;
  for (const match of body.matchAll(ESCAPE)) {
    parts.push(body.slice(last, match.index).replaceAll(quote + quote, quote), escaped(match));
    last = match.index + match[0].length;
  }
  parts.push(body.slice(last).replaceAll(quote + quote, quote));
  return parts.join("");
}

function escaped(match: RegExpMatchArray): string {
  const [, short, long, octal, char = ""] = match;
  if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16));
  if (long !== undefined) return String.fromCodePoint(Number.parseInt(long, 16));
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  if (char === "%" || char === "_") return `\\${char}`;
  return SIMPLE[char] ?? char;
}
