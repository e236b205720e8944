import { parseKey, references, seesKey } from "./constraint-parser.ts";
import { parseName } from "./name-parser.ts";
import type { ColumnDefinition, KeyDefinition, ObjectKind, Statement } from "./statement-ast.ts";
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

interface TableClauses extends Clauses {
  partitionBy: string[];
  clusterBy: string[];
}

/** The clauses of a table, among which is the layout of its files. */
function parseTableClauses(tokens: TokenStream): TableClauses {
  const layout = { partitionBy: [] as string[], clusterBy: [] as string[] };
  const clauses = parseClauses(tokens, () => {
    if (tokens.takes("PARTITIONED", "BY")) layout.partitionBy = parsePartitionColumns(tokens);
    else if (tokens.takes("CLUSTER", "BY")) layout.clusterBy = parseClusterColumns(tokens);
    else return false;
    return true;
  });
  return { ...clauses, ...layout };
}

/** Parses the clauses after a name, in any order. Clauses that decide where data is stored are refused. */
function parseClauses(tokens: TokenStream, takesOther = () => false): Clauses {
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
    else if (takesOther()) continue;
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

/** AUTO leaves the choice to Databricks, and NONE is no clustering. */
export function parseClusterColumns(tokens: TokenStream): string[] {
  return tokens.takes("AUTO") || tokens.takes("NONE") ? [] : tokens.bracketed(() => tokens.identifier());
}

function parsePartitionColumns(tokens: TokenStream): string[] {
  return tokens.bracketed(() => {
    const name = tokens.identifier();
    if (!tokens.seesAny(",", ")"))
      throw tokens.unsupported("PARTITION_COLUMN_TYPE", "a column with a type in PARTITIONED BY");
    return name;
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
    const like = parseName(tokens);
    return { kind: "create_table", ...head, columns: [], keys: [], like, ...parseTableClauses(tokens) };
  }
  if (tokens.seesAny("SHALLOW", "DEEP", "CLONE")) throw tokens.unsupported("CLONE", "CREATE TABLE … CLONE");
  const columns: ColumnDefinition[] = [];
  const keys: KeyDefinition[] = [];
  if (tokens.sees("(") && !["SELECT", "WITH", "VALUES"].includes(tokens.peek(1).upper)) {
    tokens.bracketed(() => {
      const element = parseTableElement(tokens);
      if (element.column !== undefined) columns.push(element.column);
      keys.push(...element.keys);
    });
  }
  const clauses = parseTableClauses(tokens);
  const isQuery = tokens.takes("AS") || tokens.seesAny("SELECT", "WITH", "VALUES", "(");
  const query = isQuery ? { query: tokens.query() } : {};
  if (isQuery && columns.length > 0)
    throw tokens.unsupported("CTAS_COLUMNS", "a column list beside AS query");
  return { kind: "create_table", ...head, columns, keys, ...clauses, ...query };
}

/** A column with the keys that it declares, or a key of the table. */
function parseTableElement(tokens: TokenStream): { column?: ColumnDefinition; keys: KeyDefinition[] } {
  return seesKey(tokens) ? { keys: [parseKey(tokens)] } : parseColumnWithKeys(tokens);
}

/** Parses a column. Throws if it declares a key. */
export function parseColumn(tokens: TokenStream): ColumnDefinition {
  const { column, keys } = parseColumnWithKeys(tokens);
  if (keys.length > 0) throw tokens.unsupported("ADD_COLUMN_KEY", "a key of a new column");
  return column;
}

function parseColumnWithKeys(tokens: TokenStream): { column: ColumnDefinition; keys: KeyDefinition[] } {
  const name = tokens.identifier();
  const column: ColumnDefinition = { name, type: parseType(tokens), nullable: true };
  const keys: KeyDefinition[] = [];
  for (;;) {
    if (tokens.takes("NOT", "NULL")) column.nullable = false;
    else if (tokens.takes("COMMENT")) column.comment = tokens.string();
    else if (tokens.takes("DEFAULT")) column.defaultText = parseDefault(tokens);
    else if (tokens.sees("GENERATED"))
      throw tokens.unsupported("GENERATED_COLUMN", "generated and identity columns");
    else if (seesKey(tokens)) keys.push(parseKey(tokens, name));
    else if (tokens.sees("REFERENCES")) keys.push(references(tokens, [name]));
    else if (tokens.seesAny("MASK", "COLLATE")) {
      throw tokens.unsupported(tokens.peek().upper, `${tokens.peek().upper} on a column`);
    } else return { column, keys };
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
