import type { Call, Expression } from "../syntax/expression-ast.ts";
import { coerce } from "../translate/coerce.ts";
import type { Scope } from "../translate/scope.ts";
import type { Translation } from "../translate/translation.ts";
import { type Typed, typed } from "../translate/typed.ts";
import type { DataType } from "../types/data-type.ts";

/** The place of a function call. */
export interface CallSite {
  name: string;
  node: Call & { at: number };
  scope: Scope;
  translation: Translation;
}

/** Writes the call of an aggregate with its DISTINCT, FILTER and OVER. */
export type WriteAggregate = (name: string, args: string[], options?: AggregateOptions) => string;

export interface AggregateOptions {
  /** A condition in addition to the caller's own FILTER. */
  filter?: string;
  orderBy?: string;
  /** Omits DISTINCT, because the translation has dealt with it. */
  plain?: boolean;
}

export type FunctionDefinition =
  | { kind: "scalar"; min: number; max: number; build(args: Typed[], site: CallSite): Typed }
  | {
      kind: "aggregate";
      min: number;
      max: number;
      build(args: Typed[], site: CallSite, write: WriteAggregate): Typed;
    }
  /** Requires OVER. */
  | { kind: "window"; min: number; max: number; build(args: Typed[], site: CallSite, over: string): Typed }
  /** Gets its arguments untranslated, for lambdas and for arguments that may not be evaluated. */
  | { kind: "special"; min: number; max: number; build(args: Expression[], site: CallSite): Typed };

export type Functions = Record<string, FunctionDefinition>;

export const MANY = 1000;

type Param = DataType | ((arg: Typed, site: CallSite) => Typed);
type Result = DataType | ((args: Typed[]) => DataType);

/** A function with arguments of fixed types. Those after the first `required` are optional. */
export function simple(
  params: Param[],
  result: Result,
  sql: (...args: string[]) => string,
  required = params.length,
): FunctionDefinition {
  return {
    kind: "scalar",
    min: required,
    max: params.length,
    build(args, site) {
      const values = args.map((arg, i) => {
        const param = params[i];
        if (param === undefined) return arg;
        return typeof param === "function" ? param(arg, site) : argument(arg, param, site);
      });
      const type = typeof result === "function" ? result(values) : result;
      return typed(sql(...values.map((value) => value.sql)), type);
    },
  };
}

export function scalar(
  min: number,
  max: number,
  build: (args: Typed[], site: CallSite) => Typed,
): FunctionDefinition {
  return { kind: "scalar", min, max, build };
}

export function aggregate(
  min: number,
  max: number,
  build: (args: Typed[], site: CallSite, write: WriteAggregate) => Typed,
): FunctionDefinition {
  return { kind: "aggregate", min, max, build };
}

export function argument(value: Typed, type: DataType, site: CallSite): Typed {
  return coerce(value, type, site.name, site.translation, site.node.at);
}

/** One definition under several names. */
export function named(names: string, definition: FunctionDefinition): Functions {
  return Object.fromEntries(names.split(" ").map((name) => [name, definition]));
}
