import { pureFunctions } from "./pure-functions.ts";
import { isSymbol, type SqlToken } from "./sql-tokens.ts";

/** Keywords that can stand before a parenthesis. In backticks they would be functions. */
const keywords = new Set(
  `all and any as between by case cube distinct div else except exists explain filter for from group having identifier
  ilike in intersect interval join lateral like limit not nulls of offset on or over partition pivot qualify regexp
  repeatable rlike rollup select sets some table tablesample then union unpivot using values when where`
    .toUpperCase()
    .split(/\s+/),
);

/** What a query begins with, if not with a parenthesis. */
const queryStarts = new Set(["SELECT", "VALUES", "WITH", "TABLE", "FROM"]);

/**
 * Undefined if what stands before the parenthesis at `open` calls no function, or one that only computes or is
 * `allowed` (names in upper case); else the reason. A qualified name is a function of the workspace, as are those of the
 * schema `system.ai`.
 */
export function whyNotCall(
  tokens: readonly SqlToken[],
  open: number,
  allowed: ReadonlySet<string>,
): string | undefined {
  const [before, called] = [tokens[open - 2], tokens[open - 1]];
  if (called?.kind !== "word" && called?.kind !== "name") return undefined;
  const { kind, text } = called;
  const name = isSymbol(before, ".") ? qualifiedName(tokens, open - 1) : text;
  if (allowed.has(name)) return undefined;
  if (name === text) {
    if ((kind === "word" && keywords.has(text)) || pureFunctions.has(text)) return undefined;
    if (namesColumns(tokens, open)) return undefined;
  }
  return `it calls ${name.toLowerCase().slice(0, 128)}, which is not a built-in function known to only read; READ_ONLY_FUNCTIONS can allow it`;
}

/** Whether the parenthesis lists columns of a table's alias, as in `AS t (a, b)`, or of a common table expression. */
function namesColumns(tokens: readonly SqlToken[], open: number): boolean {
  const before = tokens[open - 2];
  // No call can follow these directly, so the name is an alias.
  if (isSymbol(before, ")") || isWord(before, "AS") || endsTableName(tokens, open - 2)) return true;
  if (isWord(before, "WITH") || isWord(before, "RECURSIVE")) return true;
  return isSymbol(before, ",") && definesTable(tokens, open);
}

/** Whether a table's name ends at `at`: in backticks or after a dot, so that it is no keyword. */
function endsTableName(tokens: readonly SqlToken[], at: number): boolean {
  if (tokens[at]?.kind === "name") return true;
  const schema = tokens[at - 2];
  const isQualified = tokens[at]?.kind === "word" && isSymbol(tokens[at - 1], ".");
  return isQualified && (schema?.kind === "name" || (schema?.kind === "word" && !/^\d/.test(schema.text)));
}

/**
 * Whether `(a, b) AS (` and a query follow, as in the second table of a WITH. `f(a) AS (b, c)` is a call with names for its
 * columns, and any keyword can be such a name.
 */
function definesTable(tokens: readonly SqlToken[], open: number): boolean {
  let at = open + 1;
  while (isName(tokens[at]) && isSymbol(tokens[at + 1], ",")) at += 2;
  const isColumnList = isName(tokens[at]) && isSymbol(tokens[at + 1], ")");
  if (!isColumnList || !isWord(tokens[at + 2], "AS") || !isSymbol(tokens[at + 3], "(")) return false;
  const [first, second] = [tokens[at + 4], tokens[at + 5]];
  if (isSymbol(first, "(")) return true;
  const startsQuery = first?.kind === "word" && queryStarts.has(first.text);
  return startsQuery && !(isSymbol(second, ",") || isSymbol(second, ")"));
}

function qualifiedName(tokens: readonly SqlToken[], last: number): string {
  let first = last;
  while (isSymbol(tokens[first - 1], ".") && isName(tokens[first - 2])) first -= 2;
  return tokens
    .slice(first, last + 1)
    .map(({ text }) => text)
    .join("");
}

function isName(token: SqlToken | undefined): boolean {
  return token?.kind === "word" || token?.kind === "name";
}

function isWord(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === "word" && token.text === text;
}
