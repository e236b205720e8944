/**
 * JSON with a line for each member, and every token as it was: a parser would round `9007199254740993` and `0.10`.
 * Throws a SyntaxError for what is no JSON.
 */
export function prettyJson(text: string): string {
  JSON.parse(text);
  // What is between tokens of valid JSON is white space.
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? [];
  const lines: string[] = [];
  let line = "";
  let depth = 0;
  const end = () => {
    lines.push(line);
    line = "  ".repeat(depth);
  };
  tokens.forEach((token, index) => {
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
  });
  return [...lines, line].join("\n");
}
