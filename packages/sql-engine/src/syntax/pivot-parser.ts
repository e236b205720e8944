import { seesPlainName } from "./name-parser.ts";
import type { PivotValue, Relation, SelectItem } from "./query-ast.ts";
import type { TokenStream } from "./token-stream.ts";

const aliasOf = (tokens: TokenStream): string | undefined =>
  tokens.takes("AS") || seesPlainName(tokens) ? tokens.identifier() : undefined;

export function parsePivot(tokens: TokenStream, source: Relation): Relation {
  const { at } = tokens;
  tokens.expect("PIVOT", "(");
  const aggregates: SelectItem[] = tokens.list(() => {
    const expression = tokens.expression();
    const alias = tokens.sees("FOR") ? undefined : aliasOf(tokens);
    return { expression, aliases: alias === undefined ? [] : [alias] };
  });
  tokens.expect("FOR");
  const columns = tokens.sees("(") ? tokens.bracketed(() => tokens.identifier()) : [tokens.identifier()];
  tokens.expect("IN");
  const values: PivotValue[] = tokens.bracketed(() => {
    const expression = tokens.expression();
    const alias = aliasOf(tokens);
    const items = expression.kind === "row" ? expression.items : [expression];
    return { values: items, ...(alias === undefined ? {} : { alias }) };
  });
  tokens.expect(")");
  const name = aliasOf(tokens);
  return { kind: "pivot", source, aggregates, columns, values, ...alias(name), at };
}

const alias = (name: string | undefined) => (name === undefined ? {} : { alias: { name, columns: [] } });

export function parseUnpivot(tokens: TokenStream, source: Relation): Relation {
  const { at } = tokens;
  tokens.expect("UNPIVOT");
  const includeNulls = tokens.takes("INCLUDE", "NULLS");
  if (!includeNulls) tokens.takes("EXCLUDE", "NULLS");
  tokens.expect("(");
  if (tokens.sees("("))
    throw tokens.unsupported("UNPIVOT_MULTIPLE", "UNPIVOT with more than one value column");
  const valueColumn = tokens.identifier();
  tokens.expect("FOR");
  const nameColumn = tokens.identifier();
  tokens.expect("IN");
  const columns = tokens.bracketed(() => {
    const name = tokens.identifier();
    const as = aliasOf(tokens);
    return { name, ...(as === undefined ? {} : { alias: as }) };
  });
  tokens.expect(")");
  const name = aliasOf(tokens);
  return { kind: "unpivot", source, includeNulls, valueColumn, nameColumn, columns, ...alias(name), at };
}
