import { parseName } from "./name-parser.ts";
import type { KeyDefinition } from "./statement-ast.ts";
import type { TokenStream } from "./token-stream.ts";

/** Whether a key follows, with or without CONSTRAINT and its name. Throws for a CHECK constraint. */
export function seesKey(tokens: TokenStream): boolean {
  const ahead = tokens.sees("CONSTRAINT") ? 2 : 0;
  const word = tokens.peek(ahead).upper;
  if (word === "CHECK" && (ahead > 0 || tokens.peek(1).value === "("))
    throw tokens.unsupported("CHECK_CONSTRAINT", "CHECK constraints");
  return (word === "PRIMARY" || word === "FOREIGN") && tokens.peek(ahead + 1).upper === "KEY";
}

/** `[CONSTRAINT name] PRIMARY KEY (a, b)` or `FOREIGN KEY (a) REFERENCES t [(b)]`; after a column, without its name. */
export function parseKey(tokens: TokenStream, column?: string): KeyDefinition {
  const name = tokens.takes("CONSTRAINT") ? { name: tokens.identifier() } : {};
  if (column !== undefined && tokens.takes("FOREIGN", "KEY"))
    return { ...name, ...references(tokens, [column]) };
  if (tokens.takes("FOREIGN", "KEY")) return { ...name, ...references(tokens, names(tokens)) };
  tokens.expect("PRIMARY", "KEY");
  const columns = column === undefined ? names(tokens) : [column];
  return { ...name, columns, rely: parseOptions(tokens) };
}

/** `REFERENCES t (a)`, which is a foreign key even without these words. */
export function references(tokens: TokenStream, columns: string[]): KeyDefinition {
  tokens.expect("REFERENCES");
  const table = parseName(tokens);
  const parent = { table, columns: tokens.sees("(") ? names(tokens) : [] };
  return { columns, parent, rely: parseOptions(tokens) };
}

function names(tokens: TokenStream): string[] {
  return tokens.bracketed(() => {
    const name = tokens.identifier();
    tokens.takes("TIMESERIES");
    return name;
  });
}

/** The words after a key, none of which makes Databricks enforce it. Returns whether RELY is one of them. */
function parseOptions(tokens: TokenStream): boolean {
  let rely = false;
  for (;;) {
    if (tokens.takes("RELY")) rely = true;
    else if (tokens.takes("NORELY") || tokens.takes("NOT", "ENFORCED") || tokens.takes("DEFERRABLE"))
      continue;
    else if (tokens.takes("INITIALLY", "DEFERRED") || tokens.takes("MATCH", "FULL")) continue;
    else if (tokens.takes("ON", "UPDATE", "NO", "ACTION") || tokens.takes("ON", "DELETE", "NO", "ACTION"))
      continue;
    else return rely;
  }
}
