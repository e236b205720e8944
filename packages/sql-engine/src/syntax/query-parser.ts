import { SqlError } from "../sql-error.ts";
import type { Expression, WindowSpec } from "./expression-ast.ts";
import { seesPlainName } from "./name-parser.ts";
import type {
  Cte,
  GroupBy,
  GroupingItem,
  LateralView,
  Query,
  QueryBody,
  Select,
  SelectItem,
} from "./query-ast.ts";
import { parseAlias, parseRelation, parseValues } from "./relation-parser.ts";
import type { TokenStream } from "./token-stream.ts";
import { parseSortItem, parseWindowSpec } from "./window-parser.ts";

export function parseQuery(tokens: TokenStream): Query {
  return tokens.nested(() => {
    const { at } = tokens;
    const ctes = parseWith(tokens);
    const body = parseSetOperation(tokens, 0);
    return { at, with: ctes, body, ...parseTail(tokens) };
  });
}

export function parseWith(tokens: TokenStream): Cte[] {
  if (!tokens.takes("WITH")) return [];
  if (tokens.sees("RECURSIVE")) throw tokens.unsupported("RECURSIVE_CTE", "WITH RECURSIVE");
  const names = new Set<string>();
  return tokens.list(() => {
    const { at } = tokens;
    const name = tokens.identifier();
    if (names.has(name))
      throw new SqlError(
        "DUPLICATED_CTE_NAMES",
        `CTE definition can't have duplicate names: \`${name}\`.`,
        tokens.position(at),
      );
    names.add(name);
    const columns = tokens.sees("(") ? tokens.bracketed(() => tokens.identifier()) : [];
    tokens.takes("AS");
    tokens.expect("(");
    const query = tokens.query();
    tokens.expect(")");
    return { alias: { name, columns }, query };
  });
}

function parseTail(tokens: TokenStream): Pick<Query, "orderBy" | "limit" | "offset"> {
  const tail: Pick<Query, "orderBy" | "limit" | "offset"> = { orderBy: [] };
  if (tokens.takes("ORDER", "BY") || tokens.takes("SORT", "BY")) {
    tail.orderBy = tokens.list(() => parseSortItem(tokens));
  }
  // Both only distribute rows over Spark's workers, and have no effect here.
  if (tokens.takes("CLUSTER", "BY")) tail.orderBy = tokens.list(() => parseSortItem(tokens));
  if (tokens.takes("DISTRIBUTE", "BY")) {
    tokens.list(() => tokens.expression());
    if (tokens.takes("SORT", "BY")) tail.orderBy = tokens.list(() => parseSortItem(tokens));
  }
  if (tokens.takes("LIMIT") && !tokens.takes("ALL")) tail.limit = tokens.expression();
  if (tokens.takes("OFFSET")) tail.offset = tokens.expression();
  if (tokens.sees("|>")) throw tokens.unsupported("PIPE_SYNTAX", "the pipe operator |>");
  return tail;
}

/** INTERSECT binds tighter than UNION and EXCEPT. */
function parseSetOperation(tokens: TokenStream, level: 0 | 1): QueryBody {
  const operand = () => (level === 0 ? parseSetOperation(tokens, 1) : parseQueryTerm(tokens));
  let left = operand();
  for (;;) {
    const { at } = tokens;
    const word = tokens.peek().upper;
    const operator = word === "MINUS" || word === "SETMINUS" ? "EXCEPT" : word;
    const matches = level === 0 ? operator === "UNION" || operator === "EXCEPT" : operator === "INTERSECT";
    if (!matches) return left;
    tokens.next();
    const all = tokens.takes("ALL");
    if (!all) tokens.takes("DISTINCT");
    const byName = operator === "UNION" && tokens.takes("BY", "NAME");
    left = {
      kind: "set",
      operator: operator as "UNION" | "EXCEPT" | "INTERSECT",
      all,
      byName,
      left,
      right: operand(),
      at,
    };
  }
}

function parseQueryTerm(tokens: TokenStream): QueryBody {
  const { at } = tokens;
  if (tokens.takes("(")) {
    const query = tokens.query();
    tokens.expect(")");
    return { kind: "nested", query, at };
  }
  if (tokens.takes("VALUES")) {
    const rows = parseValues(tokens);
    const alias = parseAlias(tokens);
    return { kind: "values", rows, ...(alias === undefined ? {} : { alias }), at };
  }
  if (tokens.takes("TABLE")) {
    const from = parseRelation(tokens);
    return {
      ...emptySelect(at),
      items: [{ expression: { kind: "star", qualifier: [], except: [], at }, aliases: [] }],
      from,
    };
  }
  if (tokens.sees("FROM")) return parseFromFirst(tokens);
  return parseSelect(tokens);
}

const emptySelect = (at: number): Select => ({
  kind: "select",
  at,
  distinct: false,
  items: [],
  from: undefined,
  lateralViews: [],
  windows: new Map(),
});

/** Parses `FROM t SELECT …` and plain `FROM t`. */
function parseFromFirst(tokens: TokenStream): Select {
  const { at } = tokens;
  tokens.expect("FROM");
  const from = parseFrom(tokens);
  const lateralViews = parseLateralViews(tokens);
  if (tokens.sees("SELECT")) {
    const select = parseSelect(tokens);
    if (select.from !== undefined) throw tokens.error();
    return { ...select, from, lateralViews };
  }
  const star: Expression = { kind: "star", qualifier: [], except: [], at };
  return { ...emptySelect(at), items: [{ expression: star, aliases: [] }], from, lateralViews };
}

function parseSelect(tokens: TokenStream): Select {
  const select = emptySelect(tokens.at);
  tokens.expect("SELECT");
  if (tokens.sees("TRANSFORM", "(") && tokens.peek(2).upper === "*")
    throw tokens.unsupported("TRANSFORM_SCRIPT", "SELECT TRANSFORM");
  select.distinct = tokens.takes("DISTINCT");
  if (!select.distinct) tokens.takes("ALL");
  select.items = tokens.list(() => parseSelectItem(tokens));
  if (tokens.takes("FROM")) {
    select.from = parseFrom(tokens);
    select.lateralViews = parseLateralViews(tokens);
  }
  if (tokens.takes("WHERE")) select.where = tokens.expression();
  if (tokens.takes("GROUP", "BY")) select.groupBy = parseGroupBy(tokens);
  if (tokens.takes("HAVING")) select.having = tokens.expression();
  // QUALIFY and WINDOW may come in either order.
  for (let i = 0; i < 2; i++) {
    if (tokens.takes("QUALIFY")) select.qualify = tokens.expression();
    if (tokens.takes("WINDOW")) select.windows = parseNamedWindows(tokens);
  }
  return select;
}

function parseNamedWindows(tokens: TokenStream): Map<string, WindowSpec> {
  const windows = new Map<string, WindowSpec>();
  tokens.list(() => {
    const name = tokens.identifier().toLowerCase();
    tokens.expect("AS");
    windows.set(name, parseWindowSpec(tokens));
  });
  return windows;
}

function parseSelectItem(tokens: TokenStream): SelectItem {
  const expression = tokens.expression();
  const explicit = tokens.takes("AS");
  if (explicit && tokens.sees("("))
    return { expression, aliases: tokens.bracketed(() => tokens.identifier()) };
  if (explicit || seesPlainName(tokens)) return { expression, aliases: [tokens.identifier()] };
  return { expression, aliases: [] };
}

function parseFrom(tokens: TokenStream) {
  let from = parseRelation(tokens);
  for (let { at } = tokens; tokens.takes(","); at = tokens.at) {
    from = {
      kind: "join",
      join: "CROSS",
      natural: false,
      left: from,
      right: parseRelation(tokens),
      using: [],
      at,
    };
  }
  return from;
}

function parseLateralViews(tokens: TokenStream): LateralView[] {
  const views: LateralView[] = [];
  while (tokens.takes("LATERAL", "VIEW")) {
    const outer = tokens.takes("OUTER");
    const call = tokens.expression();
    const name = tokens.sees("AS") ? "" : tokens.identifier();
    const columns = tokens.takes("AS") || seesPlainName(tokens) ? tokens.list(() => tokens.identifier()) : [];
    views.push({ outer, function: call, alias: { name, columns } });
  }
  return views;
}

function parseGroupBy(tokens: TokenStream): GroupBy {
  if (tokens.sees("ALL") && tokens.peek(1).value !== "(") {
    tokens.next();
    return { kind: "all" };
  }
  const items = tokens.list(() => parseGroupingItem(tokens));
  for (const [words, how] of [
    [["WITH", "ROLLUP"], "ROLLUP"],
    [["WITH", "CUBE"], "CUBE"],
    [["GROUPING", "SETS"], "GROUPING SETS"],
  ] as const) {
    if (!tokens.takes(...words)) continue;
    // Hive's form, `GROUP BY a, b GROUPING SETS ((a), ())`, where the list only declares what the sets use.
    if (how === "GROUPING SETS")
      return { kind: "expressions", items: [{ kind: "sets", how, sets: parseSets(tokens) }] };
    const sets = items.map((item) => (item.kind === "expression" ? [item.expression] : []));
    return { kind: "expressions", items: [{ kind: "sets", how, sets }] };
  }
  return { kind: "expressions", items };
}

function parseGroupingItem(tokens: TokenStream): GroupingItem {
  for (const how of ["ROLLUP", "CUBE"] as const) {
    if (tokens.sees(how, "(")) {
      tokens.next();
      return { kind: "sets", how, sets: parseSets(tokens) };
    }
  }
  if (tokens.takes("GROUPING", "SETS"))
    return { kind: "sets", how: "GROUPING SETS", sets: parseSets(tokens) };
  return { kind: "expression", expression: tokens.expression() };
}

function parseSets(tokens: TokenStream) {
  return tokens.bracketed(() => {
    if (tokens.takes("(", ")")) return [];
    const expression = tokens.expression();
    return expression.kind === "row" ? expression.items : [expression];
  });
}
