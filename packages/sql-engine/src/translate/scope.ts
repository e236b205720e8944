import type { Expression, WindowSpec } from "../syntax/expression-ast.ts";
import type { DataType } from "../types/data-type.ts";
import type { Typed } from "./typed.ts";

export interface ScopeColumn {
  name: string;
  /** The qualifier that the name can have, in lower case: `["main", "default", "t"]`, `["t"]` or none. */
  qualifier: string[];
  value: Typed;
  /** Has only a qualified name and is not part of `*`: the second copy of a column joined by USING. */
  hidden?: boolean;
}

/** A translated FROM item and the columns that it brings into scope. */
export interface Source {
  sql: string;
  columns: ScopeColumn[];
}

export interface OutputColumn {
  name: string;
  type: DataType;
  nullable: boolean;
  /** As in `Typed`. */
  charLength?: number;
}

/** A translated query. Its DuckDB columns are named c0, c1, … by position, so that names may repeat. */
export interface TranslatedQuery {
  sql: string;
  columns: OutputColumn[];
  /** The ORDER BY, which an outer query would lose. */
  ordered?: boolean;
}

/** A column of a query, under this name in DuckDB. */
export function columnValue({ type, nullable, charLength }: OutputColumn, sql: string): Typed {
  return { sql, type, nullable, ...(charLength === undefined ? {} : { charLength }) };
}

export const columnName = (index: number): string => `c${index}`;

/** The clause of `Scope.noAggregatesIn` for the body of a lambda. */
export const LAMBDA = "a lambda function";

/** What an expression can see. */
export interface Scope {
  parent: Scope | undefined;
  columns: ScopeColumn[];
  /** The parameters of lambdas and, in a SELECT list, the aliases to the left. */
  variables: Map<string, Typed>;
  aliases: Map<string, Typed>;
  windows: Map<string, WindowSpec>;
  /** The keys of ROLLUP, CUBE or GROUPING SETS, where the query has one of them. */
  groupingKeys: Expression[] | undefined;
  /** The clause in which aggregates are not allowed: WHERE, the condition of a join, the argument of an aggregate. */
  noAggregatesIn: string | undefined;
  /** The same for window functions, which HAVING and window specifications exclude too. */
  noWindowsIn: string | undefined;
  /** Set when an aggregate is translated. */
  seen: { aggregate: boolean; window: boolean };
}

export function newScope(parent: Scope | undefined, columns: ScopeColumn[] = []): Scope {
  return {
    parent,
    columns,
    variables: new Map(),
    aliases: new Map(),
    windows: new Map(),
    groupingKeys: undefined,
    noAggregatesIn: undefined,
    noWindowsIn: undefined,
    seen: { aggregate: false, window: false },
  };
}

/** The same scope, for a clause in which aggregates are not allowed. */
export function withoutAggregates(scope: Scope, clause: string): Scope {
  return { ...scope, noAggregatesIn: clause, noWindowsIn: clause };
}

/** The same scope, for a clause in which window functions are not allowed. */
export function withoutWindows(scope: Scope, clause: string): Scope {
  return { ...scope, noWindowsIn: clause };
}

/** Adds the parameters of a lambda to a scope. Aggregates are not allowed inside. */
export function withVariables(scope: Scope, variables: [name: string, value: Typed][]): Scope {
  const inner = new Map(scope.variables);
  for (const [name, value] of variables) inner.set(name.toLowerCase(), value);
  return {
    ...scope,
    variables: inner,
    noAggregatesIn: LAMBDA,
    noWindowsIn: LAMBDA,
  };
}
