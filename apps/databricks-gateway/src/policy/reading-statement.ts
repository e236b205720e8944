import { type SqlToken, sqlTokens, UncertainSqlError } from "./sql-tokens.ts";

/** The keywords that a statement which only reads can begin with. */
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

/** Keywords that write and can follow WITH or FROM. A name like them has to be in backticks. */
const writingWords = ["INSERT", "UPDATE", "DELETE", "MERGE"];

/** Functions that run code of the caller's choice or send data elsewhere. */
const actingFunctions = new Set(["REFLECT", "JAVA_METHOD", "TRY_REFLECT", "HTTP_REQUEST"]);

/**
 * Undefined for a statement that certainly changes nothing at Databricks, else the reason why that is not certain. It is a
 * second defence, behind the rights of the identity. Functions that the workspace itself defines are trusted.
 */
export function whyNotReading(sql: string): string | undefined {
  try {
    return whyNot(sqlTokens(sql));
  } catch (error) {
    if (error instanceof UncertainSqlError) return error.message;
    throw error;
  }
}

/** The first keyword, for the audit log: a word of the language, never a part of a value. */
export function firstKeyword(sql: string): string | undefined {
  try {
    const word = withoutOpening(sqlTokens(sql))[0];
    return word?.kind === "word" ? word.text.slice(0, 32) : undefined;
  } catch (error) {
    if (error instanceof UncertainSqlError) return undefined;
    throw error;
  }
}

function whyNot(all: readonly SqlToken[]): string | undefined {
  const end = all.findLastIndex((token) => !isSymbol(token, ";"));
  const tokens = all.slice(0, end + 1);
  if (tokens.some((token) => isSymbol(token, ";"))) return "there is more than one statement";
  const isNameComputed = tokens.some((token) => token.kind === "word" && token.text === "IDENTIFIER");
  const whyNotHere = (token: SqlToken, index: number) => {
    const next = tokens[index + 1];
    // `IDENTIFIER('…')(…)` calls a function that no token names.
    if (isNameComputed && isSymbol(token, ")") && isSymbol(next, "("))
      return "it calls a function by IDENTIFIER";
    return whyNotToken(token, next);
  };
  return whyNotStart(tokens) ?? tokens.map(whyNotHere).find(Boolean);
}

function whyNotStart(tokens: readonly SqlToken[]): string | undefined {
  const [first, ...rest] = withoutOpening(tokens);
  if (first?.kind !== "word") return "it does not begin with a keyword";
  if (!readingStarts.has(first.text)) return `it begins with ${first.text.slice(0, 32)}`;
  if (first.text !== "EXPLAIN") return undefined;
  const [mode] = rest;
  const hasMode = mode?.kind === "word" && /^(EXTENDED|CODEGEN|COST|FORMATTED)$/.test(mode.text);
  // Some versions run a command to explain it.
  return whyNotStart(hasMode ? rest.slice(1) : rest);
}

function whyNotToken(token: SqlToken, next: SqlToken | undefined): string | undefined {
  if (token.kind === "word") {
    const { text } = token;
    // A number and the keyword right behind it may be read as two tokens.
    const writing = writingWords.find((each) => text === each || (/^\d/.test(text) && text.endsWith(each)));
    if (writing !== undefined) return `it has ${writing} in it; put a name like it in backticks`;
    // `TRANSFORM (…) USING 'script'` runs the script. Newer versions also take it from a parameter.
    if (text === "USING" && (next?.kind === "string" || isSymbol(next, ":") || isSymbol(next, "?")))
      return "it has USING with a script";
  }
  // Where double quotes mark identifiers, this calls a function that no token names.
  if (token.kind === "string" && isSymbol(next, "(")) return "it has a string before a parenthesis";
  if (
    (token.kind === "word" || token.kind === "name") &&
    actingFunctions.has(token.text) &&
    isSymbol(next, "(")
  ) {
    return `it calls ${token.text.toLowerCase()}`;
  }
  return undefined;
}

function withoutOpening(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const first = tokens.findIndex((token) => !isSymbol(token, "("));
  return first < 0 ? [] : tokens.slice(first);
}

function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}
