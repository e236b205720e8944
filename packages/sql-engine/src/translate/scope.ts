import type { WindowSpec } from "../syntax/expression-ast.ts";
import type { DataType } from "../types/data-type.ts";
import type { Typed } from "./typed.ts";

export interface ScopeColumn {
  name: string;
  /** What may stand before the name, lower-case: `["main", "default", "t"]`, `["t"]`, or nothing. */
  qualifier: string[];
  value: Typed;
  /** Resolved by its qualified name but not part of `*`: the second of a column joined by USING. */
  hidden?: boolean;
}

/** A FROM item: DuckDB's text and the columns that it brings into scope. */
export interface Source {
  sql: string;
  columns: ScopeColumn[];
}

export interface OutputColumn {
  name: string;
  type: DataType;
  nullable: boolean;
}

/** A query whose DuckDB columns are named c0, c1, … by position, so that names may repeat. */
export interface TranslatedQuery {
  sql: string;
  columns: OutputColumn[];
  /** An ORDER BY that an outer query would lose. */
  ordered?: boolean;
}

export const columnName = (index: number): string => `c${index}`;

/** What an expression can see. */
export interface Scope {
  parent: Scope | undefined;
  columns: ScopeColumn[];
  /** Names of a lambda's parameters and, in a SELECT, of the aliases to the left. */
  variables: Map<string, Typed>;
  aliases: Map<string, Typed>;
  windows: Map<string, WindowSpec>;
  /** The clause that no aggregate may stand in: WHERE, a join's condition, an aggregate's own argument. */
  noAggregatesIn: string | undefined;
  /** Set when an aggregate is met. */
  seen: { aggregate: boolean; window: boolean };
}

export function newScope(parent: Scope | undefined, columns: ScopeColumn[] = []): Scope {
  return {
    parent,
    columns,
    variables: new Map(),
    aliases: new Map(),
    windows: new Map(),
    noAggregatesIn: undefined,
    seen: { aggregate: false, window: false },
  };
}

/** The same scope for a clause where no aggregate may stand. */
export function withoutAggregates(scope: Scope, clause: string): Scope {
  return { ...scope, noAggregatesIn: clause };
}

/** The names of a lambda's parameters on top of a scope; aggregates cannot stand inside. */
export function withVariables(scope: Scope, variables: [name: string, value: Typed][]): Scope {
  const inner = new Map(scope.variables);
  for (const [name, value] of variables) inner.set(name.toLowerCase(), value);
  return { ...scope, variables: inner, noAggregatesIn: "a lambda function" };
}
