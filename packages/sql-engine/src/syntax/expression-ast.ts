import type { DataType } from "../types/data-type.ts";
import type { Query } from "./query-ast.ts";

/** The offset in the statement's text, for messages. */
interface At {
  at: number;
}

/** A name of one or more parts, or `IDENTIFIER(expression)`, which becomes a name once its parameters are known. */
export type Name = At & ({ parts: string[] } | { identifier: Expression });

export interface SortItem {
  expression: Expression;
  descending: boolean;
  nullsFirst: boolean;
}

export type FrameBound =
  | { kind: "unbounded_preceding" | "current_row" | "unbounded_following" }
  | { kind: "preceding" | "following"; offset: Expression };

export interface WindowSpec {
  /** The named window that this one uses or extends. */
  base?: string;
  partitionBy: Expression[];
  orderBy: SortItem[];
  frame?: { unit: "ROWS" | "RANGE"; start: FrameBound; end: FrameBound };
}

export interface IntervalPart {
  value: Expression;
  unit: string;
}

export interface Call {
  kind: "call";
  name: string;
  args: Expression[];
  namedArgs: { name: string; value: Expression }[];
  /** The names of arguments by position, as in `struct(1 AS a)`. */
  argAliases: Map<number, string>;
  distinct: boolean;
  filter?: Expression;
  over?: WindowSpec;
  ignoreNulls?: boolean;
  withinGroup?: SortItem[];
}

export type Expression = At &
  (
    | { kind: "number"; text: string }
    | { kind: "string"; value: string }
    | { kind: "binary_literal"; hex: string }
    | { kind: "null" }
    | { kind: "boolean"; value: boolean }
    | { kind: "typed_literal"; type: "DATE" | "TIMESTAMP" | "TIMESTAMP_NTZ" | "TIMESTAMP_LTZ"; value: string }
    | { kind: "interval"; parts: IntervalPart[] }
    | { kind: "interval_text"; value: string; negative: boolean; from: string; to: string }
    | { kind: "column"; name: Name }
    | { kind: "star"; qualifier: string[]; except: string[][] }
    | { kind: "parameter"; name: string }
    | { kind: "positional"; index: number }
    | Call
    | { kind: "cast"; operand: Expression; type: DataType; safe: boolean }
    | { kind: "unary"; operator: "-" | "+" | "~" | "NOT"; operand: Expression }
    | { kind: "binary"; operator: string; left: Expression; right: Expression }
    | { kind: "between"; operand: Expression; low: Expression; high: Expression; negated: boolean }
    | { kind: "in_list"; operand: Expression; items: Expression[]; negated: boolean }
    | { kind: "in_query"; operand: Expression; query: Query; negated: boolean }
    | {
        kind: "like";
        operator: "LIKE" | "ILIKE" | "RLIKE";
        operand: Expression;
        patterns: Expression[];
        quantifier: "one" | "any" | "all";
        escape?: string;
        negated: boolean;
      }
    | { kind: "is"; what: "NULL" | "TRUE" | "FALSE"; operand: Expression; negated: boolean }
    | { kind: "is_distinct"; left: Expression; right: Expression; negated: boolean }
    | {
        kind: "case";
        operand?: Expression;
        branches: { when: Expression; result: Expression }[];
        otherwise?: Expression;
      }
    | { kind: "subquery"; query: Query }
    | { kind: "exists"; query: Query }
    | { kind: "lambda"; params: string[]; body: Expression }
    | { kind: "subscript"; base: Expression; index: Expression }
    | { kind: "field"; base: Expression; name: string }
    | { kind: "path"; base: Expression; path: (string | number)[] }
    | { kind: "row"; items: Expression[] }
  );

export type ExpressionOf<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;
