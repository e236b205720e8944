/** A small text that is nested deeply becomes gigabytes of spaces. */
const depthMax = 100;
const charactersMax = 4 * 1024 * 1024;

/**
 * JSON with a line for each member, and every token as it was: a parser would round `9007199254740993` and `0.10`.
 * Undefined for more than 100 levels or 4 MiB of such lines. Throws a SyntaxError for what is no JSON.
 */
export function prettyJson(text: string): string | undefined {
  JSON.parse(text);
  // What is between tokens of valid JSON is white space.
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? [];
  const lines: string[] = [];
  let line = "";
  let depth = 0;
  let characters = 0;
  const end = () => {
    characters += line.length + 1;
    lines.push(line);
    line = "  ".repeat(depth);
  };
  for (const [index, token] of tokens.entries()) {
    if (token === "}" || token === "]") {
      depth--;
      // Nothing in it: `{}` stays on its line.
      if (!/[[{]$/.test(tokens[index - 1] ?? "")) end();
    }
    line += token === ":" ? ": " : token;
    const next = tokens[index + 1];
    if (token === "{" || token === "[") {
      depth++;
      if (next !== "}" && next !== "]") end();
    } else if (token === ",") end();
    if (depth > depthMax || characters > charactersMax) return undefined;
  }
  return [...lines, line].join("\n");
}
