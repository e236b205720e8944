import { parseObjectKind } from "./ddl-parser.ts";
import { parseShowGrants } from "./grant-parser.ts";
import { parseName, seesPlainName } from "./name-parser.ts";
import type { MetadataPatterns, MetadataWhat, ShowWhat, Statement } from "./statement-ast.ts";
import type { TokenStream } from "./token-stream.ts";

const LISTS: [words: string[], what: ShowWhat][] = [
  [["CATALOGS"], "CATALOGS"],
  [["SCHEMAS"], "SCHEMAS"],
  [["DATABASES"], "SCHEMAS"],
  [["TABLES"], "TABLES"],
  [["VIEWS"], "VIEWS"],
  [["VOLUMES"], "VOLUMES"],
  [["COLUMNS"], "COLUMNS"],
];

export function parseShow(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("SHOW");
  if (tokens.takes("GRANTS") || tokens.takes("GRANT")) return parseShowGrants(tokens, at);
  if (tokens.takes("TBLPROPERTIES")) {
    const target = parseName(tokens);
    const key = tokens.takes("(") ? { key: tokens.string() } : {};
    if (key.key !== undefined) tokens.expect(")");
    return { kind: "show", what: "TBLPROPERTIES", target, ...key, at };
  }
  if (tokens.takes("CREATE", "TABLE"))
    return { kind: "show", what: "CREATE TABLE", target: parseName(tokens), at };
  if (tokens.takes("TABLE", "EXTENDED")) {
    const inside = tokens.takes("IN") || tokens.takes("FROM") ? { in: parseName(tokens) } : {};
    tokens.expect("LIKE");
    const like = tokens.string();
    if (tokens.sees("PARTITION"))
      throw tokens.unsupported("SHOW_PARTITION", "SHOW TABLE EXTENDED … PARTITION");
    return { kind: "show", what: "TABLE EXTENDED", ...inside, like, at };
  }
  const metadata = parseShowKeys(tokens, at) ?? parseShowMetadata(tokens, at);
  if (metadata !== undefined) return metadata;
  const what = LISTS.find(([words]) => tokens.takes(...words))?.[1];
  if (what === undefined) throw tokens.unsupported("SHOW", `SHOW ${tokens.peek().value.toUpperCase()}`);
  const inside = () => tokens.takes("IN") || tokens.takes("FROM");
  const show: Extract<Statement, { kind: "show" }> = { kind: "show", what, at };
  if (inside()) {
    if (what === "COLUMNS") show.target = parseName(tokens);
    else show.in = parseName(tokens);
    if (what === "COLUMNS" && inside()) show.in = parseName(tokens);
  }
  tokens.takes("LIKE");
  if (tokens.peek().kind === "string") show.like = tokens.string();
  return show;
}

/** `SHOW [FOREIGN] KEYS IN CATALOG c IN SCHEMA s IN TABLE t`, as drivers ask for the keys of a table. */
function parseShowKeys(tokens: TokenStream, at: number): Statement | undefined {
  const foreign = tokens.takes("FOREIGN", "KEYS");
  if (!foreign && !tokens.takes("KEYS")) return undefined;
  const table = ["CATALOG", "SCHEMA", "TABLE"].map((kind) => {
    tokens.expect("IN", kind);
    return parseName(tokens);
  });
  return { kind: "show_keys", foreign, table, at };
}

const METADATA: MetadataWhat[] = ["SCHEMAS", "TABLES", "COLUMNS", "FUNCTIONS"];

/** `SHOW … IN CATALOG c` or `SHOW … IN ALL CATALOGS`, with patterns. Takes nothing if it is another SHOW. */
function parseShowMetadata(tokens: TokenStream, at: number): Statement | undefined {
  const what = METADATA.find((word) => tokens.sees(word, "IN"));
  if (what === undefined) return undefined;
  const start = tokens.mark();
  tokens.expect(what, "IN");
  const inAll = tokens.takes("ALL", "CATALOGS");
  if (!inAll && !(tokens.takes("CATALOG") && seesPlainName(tokens))) {
    tokens.reset(start);
    return undefined;
  }
  const place = inAll ? {} : { catalog: parseName(tokens) };
  const patterns: MetadataPatterns = {};
  if (what !== "SCHEMAS" && tokens.takes("SCHEMA", "LIKE")) patterns.schema = tokens.string();
  if (what === "COLUMNS" && tokens.takes("TABLE", "LIKE")) patterns.table = tokens.string();
  if (tokens.takes("LIKE") || tokens.peek().kind === "string") patterns.name = tokens.string();
  return { kind: "show_metadata", what, ...place, patterns, at };
}

export function parseDescribe(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.next();
  if (tokens.seesAny("HISTORY", "DETAIL", "FUNCTION")) {
    throw tokens.unsupported(`DESCRIBE_${tokens.peek().upper}`, `DESCRIBE ${tokens.peek().upper}`);
  }
  if (tokens.takes("QUERY") || tokens.seesAny("SELECT", "WITH", "VALUES")) {
    return { kind: "describe_query", query: tokens.query(), at };
  }
  const object = tokens.seesAny("CATALOG", "SCHEMA", "DATABASE", "TABLE", "VOLUME")
    ? parseObjectKind(tokens)
    : "TABLE";
  const extended = tokens.takes("EXTENDED") || tokens.takes("FORMATTED");
  const name = parseName(tokens);
  const asJson = tokens.takes("AS", "JSON");
  if (asJson && (object !== "TABLE" || !extended))
    throw tokens.error(": AS JSON needs DESCRIBE TABLE EXTENDED");
  const column =
    tokens.peek().kind === "word" || tokens.peek().kind === "quoted" ? { column: [tokens.identifier()] } : {};
  return { kind: "describe", object, name, extended, asJson, ...column, at };
}
