export interface ErrorRange {
  readonly from: number;
  readonly to: number;
}

/** Databricks ends its message with one of them: `(line 1, pos 7)` counts columns from 0, `(line 1, position 8)` from 1. */
const place = /\(line (\d{1,9}), pos(ition)? (\d{1,9})\)/;

/** Where in the statement the message says that the error is: the word there. Undefined where it does not say. */
export function errorRange(message: string, sql: string): ErrorRange | undefined {
  const match = place.exec(message);
  if (match === null) return undefined;
  const line = Number(match[1]);
  const column = Number(match[3]) - (match[2] === undefined ? 0 : 1);
  const lines = sql.split("\n");
  const text = lines[line - 1];
  if (text === undefined || column < 0 || column > text.length) return undefined;
  const before = lines.slice(0, line - 1).reduce((length, each) => length + each.length + 1, 0);
  const word = /^(?:[\w.]+|`[^`]*`|'[^']*'|\S)/.exec(text.slice(column))?.[0].length ?? 0;
  const from = before + column;
  // At the end of the text, what is in front of it is what lacks something.
  return word > 0 ? { from, to: from + word } : { from: Math.max(0, from - 1), to: from };
}
