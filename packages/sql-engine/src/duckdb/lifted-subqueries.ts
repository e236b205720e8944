import { quoteText } from "./quote.ts";

/** What a scalar subquery starts with in the translated text, so that it can be found there. */
export const SUBQUERY_MARK = "(/*subquery*/ ";

/** The text with its scalar subqueries replaced by fields of a struct, because DuckDB refuses them in a lambda's body. */
export function liftSubqueries(text: string, struct: string): { text: string; fields: string[] } {
  const fields: string[] = [];
  let lifted = "";
  let at = 0;
  for (let found = nextMark(text, 0); found >= 0; found = nextMark(text, at)) {
    const end = endOfBracket(text, found);
    fields.push(`${quoteText(`s${fields.length}`)}: ${text.slice(found, end)}`);
    lifted += `${text.slice(at, found)}${struct}.s${fields.length - 1}`;
    at = end;
  }
  return { text: lifted + text.slice(at), fields };
}

/** The start of the next subquery outside of quotes, or -1. */
function nextMark(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(SUBQUERY_MARK, at)) return at;
    at = endOfQuotes(text, at);
  }
  return -1;
}

function endOfBracket(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return at + 1;
    else at = endOfQuotes(text, at);
  }
  return text.length;
}

/** The closing quote of what is quoted here, or else the same place. A doubled quote closes and opens again. */
function endOfQuotes(text: string, at: number): number {
  const quote = text.charAt(at);
  if (quote !== "'" && quote !== '"') return at;
  const end = text.indexOf(quote, at + 1);
  return end < 0 ? text.length : end;
}
