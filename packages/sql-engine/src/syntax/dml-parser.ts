import { parseProperties } from "./ddl-parser.ts";
import type { Expression } from "./expression-ast.ts";
import { parseName, seesPlainName } from "./name-parser.ts";
import type { Query } from "./query-ast.ts";
import type { Assignment, MergeAction, MergeBranch, Statement } from "./statement-ast.ts";
import type { TokenStream } from "./token-stream.ts";

export function parseInsert(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("INSERT");
  const overwrite = tokens.takes("OVERWRITE");
  if (!overwrite) tokens.takes("INTO");
  if (tokens.sees("DIRECTORY") || tokens.sees("LOCAL"))
    throw tokens.unsupported("INSERT_DIRECTORY", "INSERT OVERWRITE DIRECTORY");
  tokens.takes("TABLE");
  const target = parseName(tokens);
  const partition: { column: string; value?: Expression }[] = [];
  if (tokens.takes("PARTITION")) {
    tokens.bracketed(() => {
      const column = tokens.identifier();
      partition.push({ column, ...(tokens.takes("=") ? { value: tokens.expression() } : {}) });
    });
  }
  const byName = tokens.takes("BY", "NAME");
  const listsColumns =
    tokens.sees("(") && !["SELECT", "WITH", "VALUES", "FROM", "("].includes(tokens.peek(1).upper);
  const columns = listsColumns ? tokens.bracketed(() => tokens.identifier()) : [];
  const replaceWhere = tokens.takes("REPLACE", "WHERE") ? { replaceWhere: tokens.expression() } : {};
  if (tokens.seesAny("REPLACE")) throw tokens.unsupported("INSERT_REPLACE", "INSERT … REPLACE USING and ON");
  const query = tokens.query();
  return { kind: "insert", target, overwrite, columns, byName, partition, ...replaceWhere, query, at };
}

function aliasOf(tokens: TokenStream): { alias?: string } {
  return tokens.takes("AS") || (seesPlainName(tokens) && !tokens.sees("SET"))
    ? { alias: tokens.identifier() }
    : {};
}

const whereOf = (tokens: TokenStream) => (tokens.takes("WHERE") ? { where: tokens.expression() } : {});

export function parseUpdate(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("UPDATE");
  const target = parseName(tokens);
  const alias = aliasOf(tokens);
  tokens.expect("SET");
  const assignments = parseAssignments(tokens);
  return { kind: "update", target, ...alias, assignments, ...whereOf(tokens), at };
}

export function parseDelete(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("DELETE", "FROM");
  const target = parseName(tokens);
  return { kind: "delete", target, ...aliasOf(tokens), ...whereOf(tokens), at };
}

function parseAssignments(tokens: TokenStream): Assignment[] {
  return tokens.list(() => {
    const column = [tokens.identifier()];
    while (tokens.takes(".")) column.push(tokens.identifier());
    tokens.expect("=");
    return { column, value: valueOrDefault(tokens) };
  });
}

function valueOrDefault(tokens: TokenStream): Expression | "default" {
  const isDefault =
    tokens.sees("DEFAULT") &&
    (tokens.peek(1).kind !== "symbol" || [",", ")", ";"].includes(tokens.peek(1).value));
  if (!isDefault) return tokens.expression();
  tokens.next();
  return "default";
}

export function parseMerge(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("MERGE");
  if (tokens.sees("WITH", "SCHEMA"))
    throw tokens.unsupported("SCHEMA_EVOLUTION", "MERGE WITH SCHEMA EVOLUTION");
  tokens.expect("INTO");
  const target = parseName(tokens);
  const alias = aliasOf(tokens);
  tokens.expect("USING");
  const { source, sourceAlias } = parseMergeSource(tokens);
  tokens.expect("ON");
  const on = tokens.expression();
  const branches: MergeBranch[] = [];
  while (tokens.takes("WHEN")) branches.push(parseMergeBranch(tokens));
  if (branches.length === 0) throw tokens.error(": MERGE needs a WHEN clause");
  return { kind: "merge", target, ...alias, source, sourceAlias, on, branches, at };
}

/** Parses a table or a query in brackets. Returns a query in both cases. */
function parseMergeSource(tokens: TokenStream): { source: Query; sourceAlias: string | undefined } {
  const { at } = tokens;
  if (tokens.takes("(")) {
    const source = tokens.query();
    tokens.expect(")");
    return { source, sourceAlias: aliasOf(tokens).alias };
  }
  const name = parseName(tokens);
  const { alias } = aliasOf(tokens);
  const star: Expression = { kind: "star", qualifier: [], except: [], at };
  const source: Query = {
    at,
    with: [],
    orderBy: [],
    body: {
      kind: "select",
      at,
      distinct: false,
      items: [{ expression: star, aliases: [] }],
      from: { kind: "table", name, at },
      lateralViews: [],
      windows: new Map(),
    },
  };
  return { source, sourceAlias: alias ?? ("parts" in name ? name.parts.at(-1) : undefined) };
}

function parseMergeBranch(tokens: TokenStream): MergeBranch {
  const matched = tokens.takes("MATCHED");
  if (!matched) tokens.expect("NOT", "MATCHED");
  const bySource = !matched && tokens.takes("BY", "SOURCE");
  if (!matched && !bySource) tokens.takes("BY", "TARGET");
  const when = matched ? "MATCHED" : bySource ? "NOT MATCHED BY SOURCE" : "NOT MATCHED BY TARGET";
  const condition = tokens.takes("AND") ? { condition: tokens.expression() } : {};
  tokens.expect("THEN");
  return { when, ...condition, action: parseMergeAction(tokens) };
}

function parseMergeAction(tokens: TokenStream): MergeAction {
  if (tokens.takes("DELETE")) return { kind: "delete" };
  if (tokens.takes("UPDATE")) {
    tokens.expect("SET");
    return { kind: "update", assignments: tokens.takes("*") ? "all" : parseAssignments(tokens) };
  }
  tokens.expect("INSERT");
  if (tokens.takes("*")) return { kind: "insert", columns: [], values: "all" };
  const columns = tokens.bracketed(() => tokens.identifier());
  tokens.expect("VALUES");
  return { kind: "insert", columns, values: tokens.bracketed(() => valueOrDefault(tokens)) };
}

export function parseCopyInto(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("COPY", "INTO");
  const target = parseName(tokens);
  if (tokens.sees("(")) throw tokens.unsupported("COPY_INTO_COLUMNS", "a column list in COPY INTO");
  tokens.expect("FROM");
  if (tokens.sees("(")) throw tokens.unsupported("COPY_INTO_SELECT", "a SELECT in COPY INTO");
  const path = tokens.string();
  if (tokens.sees("WITH")) throw tokens.unsupported("COPY_INTO_CREDENTIAL", "a credential in COPY INTO");
  tokens.expect("FILEFORMAT", "=");
  const format = tokens.identifier().toUpperCase();
  const parsed: Extract<Statement, { kind: "copy_into" }> = {
    kind: "copy_into",
    target,
    path,
    format,
    files: [],
    formatOptions: {},
    copyOptions: {},
    at,
  };
  for (;;) {
    if (tokens.takes("FILES", "=")) parsed.files = tokens.bracketed(() => tokens.string());
    else if (tokens.takes("PATTERN", "=")) parsed.pattern = tokens.string();
    else if (tokens.takes("FORMAT_OPTIONS")) parsed.formatOptions = parseProperties(tokens);
    else if (tokens.takes("COPY_OPTIONS")) parsed.copyOptions = parseProperties(tokens);
    else if (tokens.sees("VALIDATE")) throw tokens.unsupported("COPY_INTO_VALIDATE", "VALIDATE in COPY INTO");
    else return parsed;
  }
}
