import type { Expression, Name, SortItem, WindowSpec } from "./expression-ast.ts";

export interface Alias {
  name: string;
  columns: string[];
}

export interface SelectItem {
  expression: Expression;
  /** One name, or several with a generator such as `explode(map) AS (k, v)`. */
  aliases: string[];
}

export interface LateralView {
  outer: boolean;
  function: Expression;
  alias: Alias;
}

export type JoinKind = "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" | "SEMI" | "ANTI";

export interface PivotValue {
  values: Expression[];
  alias?: string;
}

export type Relation = { at: number } & (
  | { kind: "table"; name: Name; alias?: Alias }
  | { kind: "derived"; query: Query; lateral: boolean; alias?: Alias }
  | { kind: "values"; rows: Expression[][]; alias?: Alias }
  | {
      kind: "table_function";
      name: string;
      args: Expression[];
      namedArgs: { name: string; value: Expression }[];
      lateral: boolean;
      alias?: Alias;
    }
  | {
      kind: "join";
      join: JoinKind;
      natural: boolean;
      left: Relation;
      right: Relation;
      on?: Expression;
      using: string[];
    }
  | {
      kind: "pivot";
      source: Relation;
      aggregates: SelectItem[];
      columns: string[];
      values: PivotValue[];
      alias?: Alias;
    }
  | {
      kind: "unpivot";
      source: Relation;
      includeNulls: boolean;
      valueColumn: string;
      nameColumn: string;
      columns: { name: string; alias?: string }[];
      alias?: Alias;
    }
);

export type RelationOf<K extends Relation["kind"]> = Extract<Relation, { kind: K }>;

export type GroupBy = { kind: "all" } | { kind: "expressions"; items: GroupingItem[] };

export type GroupingItem =
  | { kind: "expression"; expression: Expression }
  | { kind: "sets"; how: "ROLLUP" | "CUBE" | "GROUPING SETS"; sets: Expression[][] };

export interface Select {
  kind: "select";
  at: number;
  distinct: boolean;
  items: SelectItem[];
  from: Relation | undefined;
  lateralViews: LateralView[];
  where?: Expression;
  groupBy?: GroupBy;
  having?: Expression;
  qualify?: Expression;
  windows: Map<string, WindowSpec>;
}

export type QueryBody =
  | Select
  | {
      kind: "set";
      operator: "UNION" | "EXCEPT" | "INTERSECT";
      all: boolean;
      /** Pairs the columns by name rather than by position. */
      byName: boolean;
      left: QueryBody;
      right: QueryBody;
      at: number;
    }
  | { kind: "values"; rows: Expression[][]; alias?: Alias; at: number }
  | { kind: "nested"; query: Query; at: number };

export interface Cte {
  alias: Alias;
  query: Query;
}

export interface Query {
  at: number;
  with: Cte[];
  body: QueryBody;
  orderBy: SortItem[];
  limit?: Expression;
  offset?: Expression;
}
