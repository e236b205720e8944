import { SqlError } from "../sql-error.ts";
import { parseAlter, parseCommentOn } from "./alter-parser.ts";
import { parseCreate, parseDrop } from "./ddl-parser.ts";
import { parseCopyInto, parseDelete, parseInsert, parseMerge, parseUpdate } from "./dml-parser.ts";
import { parseExpression } from "./expression-parser.ts";
import { parseGrant } from "./grant-parser.ts";
import { parseInterval } from "./interval-parser.ts";
import { parseName } from "./name-parser.ts";
import { parseQuery, parseWith } from "./query-parser.ts";
import { parseDescribe, parseShow } from "./show-parser.ts";
import type { Statement } from "./statement-ast.ts";
import { type Grammar, TokenStream } from "./token-stream.ts";
import { parseTransfer } from "./transfer-parser.ts";

const grammar: Grammar = { expression: parseExpression, query: parseQuery };

/** Databricks' statements that the engine lacks, so that the error can name them. */
const UNSUPPORTED = new Set(
  `ANALYZE BEGIN CACHE CALL CLEAR CLONE CONVERT DECLARE DENY EXECUTE EXPLAIN EXPORT FETCH FSCK IMPORT LOAD MSCK
   OPEN REFRESH REORG REPAIR RESTORE SIGNAL START SYNC UNCACHE UNDROP VACUUM`.split(/\s+/),
);

/** Parses exactly one statement. Throws PARSE_SYNTAX_ERROR, even for a second statement after a semicolon. */
export function parseStatement(text: string): Statement {
  const tokens = new TokenStream(text, grammar);
  if (tokens.peek().kind === "end")
    throw new SqlError("PARSE_EMPTY_STATEMENT", "Syntax error, unexpected empty statement.");
  const statement = parseOne(tokens);
  while (tokens.takes(";")) {
    // A statement may end in several semicolons.
  }
  if (tokens.peek().kind !== "end") throw tokens.error(": one statement at a time");
  return statement;
}

/** Parses a query that is stored as text, as in a view. */
export function parseQueryText(text: string) {
  const tokens = new TokenStream(text, grammar);
  const query = parseQuery(tokens);
  if (tokens.peek().kind !== "end") throw tokens.error();
  return query;
}

/** Parses an expression that is stored as text, as in a column's DEFAULT. */
export function parseExpressionText(text: string) {
  const tokens = new TokenStream(text, grammar);
  const expression = parseExpression(tokens);
  if (tokens.peek().kind !== "end") throw tokens.error();
  return expression;
}

/** The tokens of a text other than a statement, such as a type. */
export function tokensOf(text: string): TokenStream {
  return new TokenStream(text, grammar);
}

function parseOne(tokens: TokenStream): Statement {
  const { at } = tokens;
  const word = tokens.peek().upper;
  switch (word) {
    case "USE":
      return parseUse(tokens);
    case "SET":
      return parseSet(tokens);
    case "RESET":
      tokens.next();
      return { kind: "reset", ...(tokens.seesAny(";", "") ? {} : { key: configurationKey(tokens) }), at };
    case "COMMIT":
    case "ROLLBACK":
      tokens.next();
      if (!tokens.takes("TRANSACTION")) tokens.takes("WORK");
      return { kind: "transaction", what: word, at };
    case "BEGIN":
    case "START":
      if (tokens.peek(1).upper !== "TRANSACTION" && tokens.peek(1).upper !== "WORK")
        return parseQueryStatement(tokens, word);
      tokens.next();
      tokens.next();
      return { kind: "transaction", what: "BEGIN", at };
    case "CREATE":
      return parseCreate(tokens);
    case "DROP":
      return parseDrop(tokens);
    case "ALTER":
      return parseAlter(tokens);
    case "COMMENT":
      return parseCommentOn(tokens);
    case "INSERT":
      return parseInsert(tokens);
    case "UPDATE":
      return parseUpdate(tokens);
    case "DELETE":
      return parseDelete(tokens);
    case "MERGE":
      return parseMerge(tokens);
    case "COPY":
      return parseCopyInto(tokens);
    case "GRANT":
    case "REVOKE":
      return parseGrant(tokens);
    case "OPTIMIZE":
      return parseOptimize(tokens);
    case "TRUNCATE":
      tokens.expect("TRUNCATE", "TABLE");
      return { kind: "truncate", target: parseName(tokens), at };
    case "WITH":
      return parseAfterWith(tokens) ?? parseQueryStatement(tokens, word);
    case "PUT":
    case "GET":
    case "REMOVE":
    case "LIST":
      return parseTransfer(tokens);
    case "SHOW":
      return parseShow(tokens);
    case "DESCRIBE":
    case "DESC":
      return parseDescribe(tokens);
    default:
      return parseQueryStatement(tokens, word);
  }
}

/** OPTIMIZE rewrites files, and changes no result. Its clauses say which files. */
function parseOptimize(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("OPTIMIZE");
  const target = parseName(tokens);
  tokens.takes("FULL");
  if (tokens.takes("WHERE")) tokens.expression();
  if (tokens.takes("ZORDER", "BY")) {
    if (tokens.sees("(")) tokens.bracketed(() => parseName(tokens));
    else tokens.list(() => parseName(tokens));
  }
  return { kind: "optimize", target, at };
}

/** `WITH q AS (…) INSERT …` or MERGE: their queries see q. Takes nothing before a query. */
function parseAfterWith(tokens: TokenStream): Statement | undefined {
  const mark = tokens.mark();
  const ctes = parseWith(tokens);
  if (!tokens.seesAny("INSERT", "MERGE")) {
    tokens.reset(mark);
    return undefined;
  }
  const statement = parseOne(tokens);
  if (statement.kind === "insert") statement.query.with.unshift(...ctes);
  if (statement.kind === "merge") {
    statement.source.with.unshift(...ctes);
    statement.afterWith = true;
  }
  return statement;
}

function parseQueryStatement(tokens: TokenStream, word: string): Statement {
  const { at } = tokens;
  if (UNSUPPORTED.has(word)) throw tokens.unsupported(word, `the statement ${word}`);
  if (!tokens.seesAny("SELECT", "WITH", "VALUES", "FROM", "TABLE", "(")) throw tokens.error();
  return { kind: "query", query: tokens.query(), at };
}

function parseUse(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("USE");
  if (tokens.takes("CATALOG")) return { kind: "use", what: "CATALOG", name: nameOrString(tokens), at };
  if (tokens.seesAny("SCHEMA", "DATABASE") && tokens.peek(1).kind !== "end") tokens.next();
  return { kind: "use", what: "SCHEMA", name: nameOrString(tokens), at };
}

function nameOrString(tokens: TokenStream) {
  const { at } = tokens;
  return tokens.peek().kind === "string" ? { at, parts: [tokens.string()] } : parseName(tokens);
}

function parseSet(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("SET");
  if (tokens.sees("CATALOG") && ["word", "quoted", "string"].includes(tokens.peek(1).kind)) {
    tokens.next();
    return { kind: "use", what: "CATALOG", name: nameOrString(tokens), at };
  }
  if (tokens.takes("-")) {
    tokens.expect("V");
    return { kind: "set", at };
  }
  if (tokens.sees("VARIABLE") || tokens.sees("VAR"))
    throw tokens.unsupported("SQL_VARIABLES", "SET VARIABLE");
  if (tokens.takes("TIME", "ZONE")) {
    if (tokens.takes("LOCAL")) return { kind: "set", key: "timezone", zone: "LOCAL", at };
    if (tokens.sees("INTERVAL")) return { kind: "set", key: "timezone", zone: parseInterval(tokens), at };
    return { kind: "set", key: "timezone", value: tokens.string(), at };
  }
  if (tokens.peek().kind === "end" || tokens.sees(";")) return { kind: "set", at };
  const key = configurationKey(tokens);
  if (!tokens.takes("=")) return { kind: "set", key, at };
  return { kind: "set", key, value: configurationValue(tokens), at };
}

function configurationKey(tokens: TokenStream): string {
  const parts = [tokens.identifier()];
  while (tokens.takes(".")) parts.push(tokens.identifier());
  return parts.join(".");
}

/** The rest of the statement as written, or the value of a single string. */
function configurationValue(tokens: TokenStream): string {
  const first = tokens.next();
  if (first.kind === "end") throw tokens.error(": expected a value");
  let { end } = first;
  if (first.kind === "string" && tokens.seesAny(";", "")) return first.value;
  while (tokens.peek().kind !== "end" && !tokens.sees(";")) end = tokens.next().end;
  return tokens.text.slice(first.start, end);
}
