import { codeOnly } from "./sql-pieces.ts";

export interface SqlStatement {
  readonly sql: string;
  /** Where it begins in the text. */
  readonly from: number;
}

/** The statements of a text, which semicolons separate. `BEGIN … END` is one, whatever is in it. */
export function statementsOf(text: string): SqlStatement[] {
  const code = codeOnly(text);
  if (/^\s*BEGIN\s(?!TRANSACTION)/i.test(code)) return statement(text, 0, text.length);
  const ends = [...Array.from(code.matchAll(/;/g), ({ index }) => index), text.length];
  return ends.flatMap((end, index) => statement(text, index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, end));
}

/** The statement that the cursor is in or behind, or the first. Undefined where there is none. */
export function statementAt(text: string, cursor: number): SqlStatement | undefined {
  const statements = statementsOf(text);
  return statements.findLast(({ from }) => from <= cursor) ?? statements[0];
}

/** What the button says that runs the selection, or the statement that the cursor is in. */
export function runWords(text: string, { from, to }: { readonly from: number; readonly to: number }): string {
  if (from !== to) return "Run selection";
  const statements = statementsOf(text);
  const index = statements.findLastIndex((each) => each.from <= from);
  return statements.length > 1 ? `Run statement ${Math.max(index, 0) + 1} of ${statements.length}` : "Run";
}

/** Without the space around it; nothing if there is nothing else, or comments alone. */
function statement(text: string, from: number, to: number): SqlStatement[] {
  const part = text.slice(from, to);
  if (codeOnly(part).trim() === "" && !/['"`]/.test(part)) return [];
  return [{ sql: part.trim(), from: from + part.length - part.trimStart().length }];
}
