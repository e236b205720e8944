import { parseName } from "./name-parser.ts";
import type { ColumnDefinition, ObjectKind, Statement } from "./statement-ast.ts";
import type { TokenStream } from "./token-stream.ts";
import { parseType } from "./type-parser.ts";

const OBJECTS: [word: string, object: ObjectKind][] = [
  ["CATALOG", "CATALOG"],
  ["SCHEMA", "SCHEMA"],
  ["DATABASE", "SCHEMA"],
  ["TABLE", "TABLE"],
  ["VIEW", "VIEW"],
  ["VOLUME", "VOLUME"],
];

/** Parses the kind of an object. Throws an error with the name of a kind that is not supported. */
export function parseObjectKind(tokens: TokenStream): ObjectKind {
  const object = OBJECTS.find(([word]) => tokens.takes(word))?.[1];
  if (object !== undefined) return object;
  const word = tokens.peek().upper;
  if (word === "") throw tokens.error();
  throw tokens.unsupported(word, `${word} in CREATE, ALTER or DROP`);
}

export function parseCreate(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("CREATE");
  const orReplace = tokens.takes("OR", "REPLACE");
  if (tokens.seesAny("MATERIALIZED", "STREAMING", "FOREIGN")) {
    throw tokens.unsupported(tokens.peek().upper, `CREATE ${tokens.peek().upper}`);
  }
  const external = tokens.takes("EXTERNAL");
  if (tokens.takes("GLOBAL")) throw tokens.unsupported("GLOBAL_TEMPORARY_VIEW", "global temporary views");
  const temporary = tokens.takes("TEMPORARY") || tokens.takes("TEMP");
  const object = parseObjectKind(tokens);
  if (external) throw tokens.unsupported(`EXTERNAL_${object}`, `an external ${object.toLowerCase()}`);
  if (temporary && object !== "VIEW")
    throw tokens.unsupported(`TEMPORARY_${object}`, `a temporary ${object.toLowerCase()}`);
  const ifNotExists = tokens.takes("IF", "NOT", "EXISTS");
  const name = parseName(tokens);
  switch (object) {
    case "CATALOG":
    case "SCHEMA":
      return { kind: "create_container", object, name, ifNotExists, ...parseClauses(tokens), at };
    case "VOLUME": {
      const { comment } = parseClauses(tokens);
      return { kind: "create_volume", name, ifNotExists, ...(comment === undefined ? {} : { comment }), at };
    }
    case "TABLE":
      return parseCreateTable(tokens, { at, name, orReplace, ifNotExists });
    case "VIEW":
      return parseCreateView(tokens, { at, name, orReplace, ifNotExists, temporary });
  }
}

interface Clauses {
  comment?: string;
  properties: Record<string, string>;
}

/** Parses the clauses after a name, in any order. Clauses that decide where data is stored are refused. */
function parseClauses(tokens: TokenStream): Clauses {
  const clauses: Clauses = { properties: {} };
  for (;;) {
    if (tokens.takes("COMMENT")) clauses.comment = tokens.string();
    else if (
      tokens.takes("TBLPROPERTIES") ||
      tokens.takes("DBPROPERTIES") ||
      tokens.takes("WITH", "DBPROPERTIES")
    ) {
      Object.assign(clauses.properties, parseProperties(tokens));
    } else if (tokens.takes("USING")) parseFormat(tokens);
    else if (tokens.takes("PARTITIONED", "BY") || tokens.takes("CLUSTER", "BY")) parseLayout(tokens);
    else if (tokens.takes("DEFAULT", "COLLATION")) {
      if (tokens.identifier().toUpperCase() !== "UTF8_BINARY")
        throw tokens.unsupported("COLLATION", "collations");
    } else if (tokens.seesAny("LOCATION", "MANAGED", "OPTIONS", "CLUSTERED", "STORED", "ROW")) {
      throw tokens.unsupported(tokens.peek().upper, `the clause ${tokens.peek().upper}`);
    } else return clauses;
  }
}

function parseFormat(tokens: TokenStream): void {
  const format = tokens.identifier().toUpperCase();
  if (format !== "DELTA") throw tokens.unsupported("DATA_SOURCE", `tables USING ${format}`);
}

/** Parses the layout of a table's files, and ignores it: it changes no result. */
function parseLayout(tokens: TokenStream): void {
  if (tokens.takes("AUTO") || tokens.takes("NONE")) return;
  tokens.bracketed(() => {
    parseName(tokens);
    if (!tokens.seesAny(",", ")"))
      throw tokens.unsupported("PARTITION_COLUMN_TYPE", "a column with a type in PARTITIONED BY");
  });
}

export function parseProperties(tokens: TokenStream): Record<string, string> {
  const properties: Record<string, string> = {};
  tokens.bracketed(() => {
    const key = parsePropertyKey(tokens);
    tokens.takes("=");
    const token = tokens.next();
    if (token.kind === "symbol" || token.kind === "end") throw tokens.error();
    properties[key] = token.value;
  });
  return properties;
}

export function parsePropertyKey(tokens: TokenStream): string {
  if (tokens.peek().kind === "string") return tokens.string();
  const parts = [tokens.identifier()];
  while (tokens.takes(".")) parts.push(tokens.identifier());
  return parts.join(".");
}

type Head = { at: number; orReplace: boolean; ifNotExists: boolean } & Pick<
  Extract<Statement, { kind: "create_table" }>,
  "name"
>;

function parseCreateTable(tokens: TokenStream, head: Head): Statement {
  if (tokens.takes("LIKE")) {
    return { kind: "create_table", ...head, columns: [], like: parseName(tokens), ...parseClauses(tokens) };
  }
  if (tokens.seesAny("SHALLOW", "DEEP", "CLONE")) throw tokens.unsupported("CLONE", "CREATE TABLE … CLONE");
  const columns: ColumnDefinition[] = [];
  if (tokens.sees("(") && !["SELECT", "WITH", "VALUES"].includes(tokens.peek(1).upper)) {
    tokens.bracketed(() => {
      const column = parseTableElement(tokens);
      if (column !== undefined) columns.push(column);
    });
  }
  const clauses = parseClauses(tokens);
  const isQuery = tokens.takes("AS") || tokens.seesAny("SELECT", "WITH", "VALUES", "(");
  const query = isQuery ? { query: tokens.query() } : {};
  if (isQuery && columns.length > 0)
    throw tokens.unsupported("CTAS_COLUMNS", "a column list beside AS query");
  return { kind: "create_table", ...head, columns, ...clauses, ...query };
}

/** Parses a column. Returns undefined for a key, which Databricks stores but does not enforce. */
function parseTableElement(tokens: TokenStream): ColumnDefinition | undefined {
  const named = tokens.sees("CONSTRAINT") && ["PRIMARY", "FOREIGN", "CHECK"].includes(tokens.peek(2).upper);
  if (named) {
    tokens.next();
    tokens.identifier();
  }
  if (tokens.takes("CHECK")) throw tokens.unsupported("CHECK_CONSTRAINT", "CHECK constraints");
  if (tokens.sees("PRIMARY", "KEY") || tokens.sees("FOREIGN", "KEY")) {
    parseKey(tokens);
    return undefined;
  }
  return parseColumn(tokens);
}

function parseKey(tokens: TokenStream): void {
  tokens.next();
  tokens.next();
  if (tokens.sees("(")) {
    tokens.bracketed(() => {
      tokens.identifier();
      tokens.takes("TIMESERIES");
    });
  }
  if (tokens.takes("REFERENCES")) {
    parseName(tokens);
    if (tokens.sees("(")) tokens.bracketed(() => tokens.identifier());
  }
  while (tokens.seesAny("NOT", "DEFERRABLE", "INITIALLY", "DEFERRED", "NORELY", "RELY", "ENFORCED"))
    tokens.next();
}

export function parseColumn(tokens: TokenStream): ColumnDefinition {
  const name = tokens.identifier();
  const column: ColumnDefinition = { name, type: parseType(tokens), nullable: true };
  for (;;) {
    if (tokens.takes("NOT", "NULL")) column.nullable = false;
    else if (tokens.takes("COMMENT")) column.comment = tokens.string();
    else if (tokens.takes("DEFAULT")) column.defaultText = parseDefault(tokens);
    else if (tokens.sees("GENERATED"))
      throw tokens.unsupported("GENERATED_COLUMN", "generated and identity columns");
    else if (tokens.seesAny("PRIMARY", "CONSTRAINT")) {
      if (tokens.takes("CONSTRAINT")) tokens.identifier();
      parseKey(tokens);
    } else if (tokens.seesAny("MASK", "COLLATE")) {
      throw tokens.unsupported(tokens.peek().upper, `${tokens.peek().upper} on a column`);
    } else return column;
  }
}

export function parseDefault(tokens: TokenStream): string {
  const { start } = tokens.peek();
  const mark = tokens.mark();
  tokens.expression();
  const end = tokens.mark();
  tokens.reset(mark);
  let last = start;
  while (tokens.mark() < end) last = tokens.next().end;
  return tokens.text.slice(start, last);
}

function parseCreateView(tokens: TokenStream, head: Head & { temporary: boolean }): Statement {
  const columns: { name: string; comment?: string }[] = [];
  if (tokens.sees("(")) {
    tokens.bracketed(() => {
      const name = tokens.identifier();
      columns.push({ name, ...(tokens.takes("COMMENT") ? { comment: tokens.string() } : {}) });
    });
  }
  if (tokens.seesAny("SCHEMA", "WITH", "LANGUAGE"))
    throw tokens.unsupported("VIEW_CLAUSE", `${tokens.peek().upper} on a view`);
  const clauses = parseClauses(tokens);
  tokens.expect("AS");
  const { start } = tokens.peek();
  const query = tokens.query();
  const text = tokens.text.slice(start, tokens.at).replace(/(?<![\s;])[\s;]+$/, "");
  return { kind: "create_view", ...head, columns, ...clauses, query, text };
}

export function parseDrop(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("DROP");
  tokens.takes("TEMPORARY");
  const object = parseObjectKind(tokens);
  const ifExists = tokens.takes("IF", "EXISTS");
  const name = parseName(tokens);
  const cascade = tokens.takes("CASCADE");
  if (!cascade) tokens.takes("RESTRICT");
  tokens.takes("PURGE");
  return { kind: "drop", object, name, ifExists, cascade, at };
}
