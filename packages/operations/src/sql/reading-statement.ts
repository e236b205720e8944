import { whyNotCall } from "./function-calls.ts";
import { isSymbol, type SqlToken, sqlTokens } from "./sql-tokens.ts";

/** The keywords with which a statement that only reads can begin. */
const readingStarts = new Set([
  "SELECT",
  "VALUES",
  "TABLE",
  "WITH",
  "FROM",
  "SHOW",
  "DESCRIBE",
  "DESC",
  "EXPLAIN",
  "LIST",
]);

/**
 * A keyword that writes and can follow WITH or FROM, alone or after a number: both may be read as two tokens. A name like it
 * must be in backticks.
 */
const writingWord = /^(?:\d[^]*)?(INSERT|UPDATE|DELETE|MERGE)$/;

const noFunctions: ReadonlySet<string> = new Set();

/** Characters. To look through more would hold the event loop for longer than about 100 ms. */
const readingLengthMax = 100_000;

/** The first keyword may be this many characters from the start. */
const startLengthMax = 16_384;

/**
 * Undefined for a statement that certainly changes nothing at Databricks, else the reason why that is not certain. It is a
 * second defence, behind the rights of the identity. It may call built-in functions that only compute, and those in
 * `allowedFunctions`: their names as statements have them, in upper case.
 */
export function whyNotReading(sql: string, allowedFunctions = noFunctions): string | undefined {
  const known = lastAnswers.find((each) => each.sql === sql && each.allowedFunctions === allowedFunctions);
  if (known !== undefined) return known.why;
  const why = findWhyNotReading(sql, allowedFunctions);
  if (sql.length <= readingLengthMax)
    lastAnswers = [{ sql, allowedFunctions, why }, ...lastAnswers.slice(0, 7)];
  return why;
}

/** Policy, audit and the repetition of calls all ask about the same statement. */
let lastAnswers: readonly {
  readonly sql: string;
  readonly allowedFunctions: ReadonlySet<string>;
  readonly why: string | undefined;
}[] = [];

function findWhyNotReading(sql: string, allowedFunctions: ReadonlySet<string>): string | undefined {
  // What writes says so at once, and may be long.
  const why = whyNotKeyword(firstToken(sql));
  if (why !== undefined) return why;
  if (sql.length > readingLengthMax) return `it has more than ${readingLengthMax} characters`;
  const all = [...sqlTokens(sql)];
  const tokens = all.slice(0, all.findLastIndex((token) => !isSymbol(token, ";")) + 1);
  const last = tokens.at(-1);
  if (last?.kind === "uncertain") return last.text;
  if (tokens.some((token) => isSymbol(token, ";"))) return "there is more than one statement";
  const isNameComputed = tokens.some(({ kind, text }) => kind === "word" && text === "IDENTIFIER");
  const whyNotBegun = whyNotStart(tokens);
  if (whyNotBegun !== undefined) return whyNotBegun;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    const opens = isSymbol(next, "(");
    // `IDENTIFIER('…')(…)` calls a function that no token names.
    if (opens && isNameComputed && isSymbol(token, ")")) return "it calls a function by IDENTIFIER";
    const whyNotHere =
      whyNotToken(token, next) ?? (opens ? whyNotCall(tokens, index + 1, allowedFunctions) : undefined);
    if (whyNotHere !== undefined) return whyNotHere;
  }
  return undefined;
}

/** The first keyword, for the audit log: a word of the language, never a part of a value. */
export function firstKeyword(sql: string): string | undefined {
  const token = firstToken(sql);
  return token?.kind === "word" ? token.text.slice(0, 32) : undefined;
}

function firstToken(sql: string): SqlToken | undefined {
  for (const token of sqlTokens(sql.slice(0, startLengthMax))) {
    if (!isSymbol(token, "(")) return token;
  }
  return undefined;
}

function whyNotStart(tokens: readonly SqlToken[]): string | undefined {
  const start = tokens.findIndex((token) => !isSymbol(token, "("));
  const why = whyNotKeyword(tokens[start]);
  if (why !== undefined || tokens[start]?.text !== "EXPLAIN") return why;
  // Some versions run a command to explain it.
  const mode = tokens[start + 1];
  const hasMode = mode?.kind === "word" && /^(EXTENDED|CODEGEN|COST|FORMATTED)$/.test(mode.text);
  const rest = start + (hasMode ? 2 : 1);
  const explained = tokens.find((token, index) => index >= rest && !isSymbol(token, "("));
  return explained?.text === "EXPLAIN" ? "it explains an EXPLAIN" : whyNotKeyword(explained);
}

function whyNotKeyword(first: SqlToken | undefined): string | undefined {
  if (first?.kind !== "word") return "it does not begin with a keyword";
  return readingStarts.has(first.text) ? undefined : `it begins with ${first.text.slice(0, 32)}`;
}

function whyNotToken({ kind, text }: SqlToken, next: SqlToken | undefined): string | undefined {
  if (kind === "word") {
    const [, writing] = writingWord.exec(text) ?? [];
    if (writing !== undefined) return `it has ${writing} in it; put a name like it in backticks`;
    // `TRANSFORM (…) USING 'script'` runs the script. Newer versions also take it from a parameter.
    if (text === "USING" && (next?.kind === "string" || isSymbol(next, ":") || isSymbol(next, "?")))
      return "it has USING with a script";
  }
  // Where double quotes mark identifiers, this calls a function that no token names.
  return kind === "string" && isSymbol(next, "(") ? "it has a string before a parenthesis" : undefined;
}
