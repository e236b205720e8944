import type { Expression, FrameBound, SortItem, WindowSpec } from "./expression-ast.ts";
import type { TokenStream } from "./token-stream.ts";

/** `([name] [PARTITION BY …] [ORDER BY …] [ROWS | RANGE …])` */
export function parseWindowSpec(tokens: TokenStream): WindowSpec {
  tokens.expect("(");
  const spec: WindowSpec = { partitionBy: [], orderBy: [] };
  if (!tokens.seesAny("PARTITION", "DISTRIBUTE", "ORDER", "SORT", "ROWS", "RANGE", ")"))
    spec.base = tokens.identifier();
  if (tokens.takes("PARTITION", "BY") || tokens.takes("DISTRIBUTE", "BY")) {
    spec.partitionBy = tokens.list(() => tokens.expression());
  }
  if (tokens.takes("ORDER", "BY") || tokens.takes("SORT", "BY"))
    spec.orderBy = tokens.list(() => parseSortItem(tokens));
  if (tokens.seesAny("ROWS", "RANGE")) spec.frame = parseFrame(tokens);
  tokens.expect(")");
  return spec;
}

function parseFrame(tokens: TokenStream): NonNullable<WindowSpec["frame"]> {
  const unit = tokens.next().upper === "ROWS" ? "ROWS" : "RANGE";
  if (!tokens.takes("BETWEEN")) return { unit, start: parseBound(tokens), end: { kind: "current_row" } };
  const start = parseBound(tokens);
  tokens.expect("AND");
  return { unit, start, end: parseBound(tokens) };
}

function parseBound(tokens: TokenStream): FrameBound {
  if (tokens.takes("UNBOUNDED", "PRECEDING")) return { kind: "unbounded_preceding" };
  if (tokens.takes("UNBOUNDED", "FOLLOWING")) return { kind: "unbounded_following" };
  if (tokens.takes("CURRENT", "ROW")) return { kind: "current_row" };
  const offset = tokens.expression();
  if (tokens.takes("PRECEDING")) return { kind: "preceding", offset };
  tokens.expect("FOLLOWING");
  return { kind: "following", offset };
}

/** Spark sorts NULL as the smallest value: first when ascending, last when descending. */
export function parseSortItem(tokens: TokenStream): SortItem {
  const { at } = tokens;
  // ORDER BY ALL: the star stands for every column.
  const expression: Expression =
    tokens.sees("ALL") && tokens.peek(1).value !== "." && tokens.takes("ALL")
      ? { kind: "star", qualifier: [], except: [], at }
      : tokens.expression();
  const descending = tokens.takes("DESC");
  if (!descending) tokens.takes("ASC");
  const first = tokens.takes("NULLS", "FIRST");
  const last = !first && tokens.takes("NULLS", "LAST");
  return { expression, descending, nullsFirst: first || (!last && !descending) };
}
