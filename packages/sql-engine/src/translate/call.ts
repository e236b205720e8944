import type { AggregateOptions, CallSite, FunctionDefinition } from "../functions/definition.ts";
import { MANY } from "../functions/definition.ts";
import { NULL_RESULTS } from "../functions/null-results.ts";
import { ARGUMENTS_ON_DATABRICKS, REFUSED_FUNCTIONS } from "../functions/refused-functions.ts";
import { findFunction } from "../functions/registry.ts";
import { type ErrorClass, SqlError, unsupported } from "../sql-error.ts";
import type { ExpressionOf, WindowSpec } from "../syntax/expression-ast.ts";
import { VOID } from "../types/data-type.ts";
import { cast } from "./cast.ts";
import { isGenerator } from "./generator.ts";
import { truth } from "./operators.ts";
import { type Scope, withoutAggregates } from "./scope.ts";
import { expandStar } from "./star.ts";
import type { Translation } from "./translation.ts";
import { type Typed, withoutRepetition } from "./typed.ts";
import { fullWindow, overClause } from "./window.ts";

export function callFunction(node: ExpressionOf<"call">, scope: Scope, translation: Translation): Typed {
  const definition = findFunction(node.name);
  const position = translation.position(node.at);
  if (definition === undefined) {
    if (isGenerator(node)) throw unsupported("GENERATOR", `${node.name} inside an expression`, position);
    if (REFUSED_FUNCTIONS.has(node.name))
      throw unsupported("FUNCTION", `the function ${node.name}`, position);
    const { principal, catalog, schema, source } = translation.context;
    if (source.functions(principal, catalog, schema).some(({ name }) => name === node.name.toLowerCase()))
      throw unsupported(
        "USER_DEFINED_FUNCTION",
        `the user-defined function ${catalog}.${schema}.${node.name.toLowerCase()}`,
        position,
      );
    const text = `Cannot resolve routine \`${node.name}\` on search path [\`system\`.\`builtin\`, \`system\`.\`session\`, \`${catalog}\`.\`${schema}\`].`;
    throw new SqlError("UNRESOLVED_ROUTINE", text, position);
  }
  checkCount(node, definition, scope, translation);
  const site: CallSite = { name: node.name, node, scope, translation };
  checkModifiers(site, definition);
  switch (definition.kind) {
    case "special":
      return definition.build(node.args, site);
    case "scalar":
      return scalarCall(site, definition);
    case "aggregate":
      return aggregateCall(site, definition);
    case "window":
      return windowCall(site, definition);
  }
}

/** `*` and `t.*` stand for all of their columns, except in `count(*)`. */
function translateArguments(node: ExpressionOf<"call">, scope: Scope, translation: Translation): Typed[] {
  if (countsRows(node)) return [];
  return node.args.flatMap((arg) =>
    arg.kind === "star"
      ? expandStar(arg, scope, translation).map(({ value }) => value)
      : [translation.expression(arg, scope)],
  );
}

const countArguments = (node: ExpressionOf<"call">, scope: Scope, translation: Translation): number =>
  node.args.reduce(
    (sum, arg) => sum + (arg.kind === "star" ? expandStar(arg, scope, translation).length : 1),
    0,
  );

function countsRows({ name, args: [only, ...rest], distinct }: ExpressionOf<"call">): boolean {
  const all = only?.kind === "star" && only.qualifier.length === 0 && only.except.length === 0;
  return name === "count" && all && rest.length === 0 && !distinct;
}

function checkCount(
  node: ExpressionOf<"call">,
  definition: FunctionDefinition,
  scope: Scope,
  translation: Translation,
): void {
  const given = definition.kind === "special" ? node.args.length : countArguments(node, scope, translation);
  if (node.namedArgs.length > 0)
    throw unsupported("NAMED_ARGUMENTS", `named arguments of ${node.name}`, translation.position(node.at));
  if (given >= definition.min && given <= definition.max) return;
  const { min, max } = definition;
  if (given > max && given <= (ARGUMENTS_ON_DATABRICKS[node.name] ?? 0))
    throw unsupported(
      "FUNCTION_ARGUMENTS",
      `${node.name} with ${given} arguments`,
      translation.position(node.at),
    );
  const wanted = min === max ? String(min) : max === MANY ? `at least ${min}` : `[${min}, ${max}]`;
  const text = `The \`${node.name}\` requires ${wanted} parameters but the actual number is ${given}.`;
  throw new SqlError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", text, translation.position(node.at));
}

function checkModifiers(site: CallSite, definition: FunctionDefinition): void {
  const { node, translation } = site;
  const aggregate = definition.kind === "aggregate";
  const window = definition.kind === "window";
  const wrong =
    (node.distinct && !aggregate) ||
    (node.filter !== undefined && !aggregate) ||
    (node.over !== undefined && !aggregate && !window);
  if (wrong) {
    const text = `The function ${node.name} takes no DISTINCT, FILTER or OVER.`;
    throw new SqlError("INVALID_PARAMETER_VALUE", text, translation.position(node.at));
  }
  if (window && node.over === undefined) {
    throw new SqlError(
      "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
      `The window function ${node.name} requires an OVER clause.`,
      translation.position(node.at),
    );
  }
}

/** Spark's error for a function in a clause that excludes it. */
const AGGREGATES_REFUSED: Record<string, ErrorClass> = {
  WHERE: "INVALID_WHERE_CONDITION",
  "GROUP BY": "GROUP_BY_AGGREGATE",
  "another aggregate function": "NESTED_AGGREGATE_FUNCTION",
};
const WINDOWS_REFUSED: Record<string, ErrorClass> = {
  WHERE: "_LEGACY_ERROR_TEMP_1034",
  HAVING: "_LEGACY_ERROR_TEMP_1034",
  "another aggregate function": "_LEGACY_ERROR_TEMP_1031",
};

function misplaced(
  what: string,
  classes: Record<string, ErrorClass>,
  clause: string,
  node: ExpressionOf<"call">,
  translation: Translation,
): SqlError {
  return new SqlError(
    classes[clause] ?? "UNSUPPORTED_EXPR_FOR_OPERATOR",
    `${what} are not allowed in ${clause}: ${node.name}.`,
    translation.position(node.at),
  );
}

function refuseWindow(node: ExpressionOf<"call">, scope: Scope, translation: Translation): void {
  const { noWindowsIn } = scope;
  const position = translation.position(node.at);
  if (noWindowsIn === "a window specification")
    throw unsupported("NESTED_WINDOW", "a window function in a window specification", position);
  if (noWindowsIn !== undefined)
    throw misplaced("Window functions", WINDOWS_REFUSED, noWindowsIn, node, translation);
  if (node.distinct) {
    const text = `Distinct window functions are not supported: ${node.name}.`;
    throw new SqlError("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", text, position);
  }
  if (node.filter !== undefined) {
    const text = "Window aggregate function with filter predicate is not supported yet.";
    throw new SqlError("_LEGACY_ERROR_TEMP_1030", text, position);
  }
}

function scalarCall(site: CallSite, definition: Extract<FunctionDefinition, { kind: "scalar" }>): Typed {
  const args = translateArguments(site.node, site.scope, site.translation);
  const missing = args.find((arg) => arg.literal === null);
  const nullType = NULL_RESULTS.get(site.name);
  if (missing !== undefined && nullType !== undefined) return cast({ ...missing, type: VOID }, nullType);
  const result = withoutRepetition(args, (values) => definition.build(values, site));
  return args.some((arg) => arg.volatile === true) ? { ...result, volatile: true } : result;
}

function aggregateCall(
  site: CallSite,
  definition: Extract<FunctionDefinition, { kind: "aggregate" }>,
): Typed {
  const { node, scope, translation } = site;
  const inWindow = node.over !== undefined;
  if (inWindow) refuseWindow(node, scope, translation);
  else if (scope.noAggregatesIn !== undefined)
    throw misplaced("Aggregate functions", AGGREGATES_REFUSED, scope.noAggregatesIn, node, translation);
  if (inWindow) scope.seen.window = true;
  else scope.seen.aggregate = true;
  // An aggregate over a window may contain a plain one: sum(sum(x)) OVER ().
  const inner = inWindow ? scope : withoutAggregates(scope, "another aggregate function");
  const args = translateArguments(node, inner, translation);
  const filter =
    node.filter === undefined
      ? undefined
      : truth(translation.expression(node.filter, inner), "FILTER", translation, node.at);
  const over = node.over === undefined ? "" : ` ${overClause(node.over, scope, translation)}`;
  const write = (name: string, parts: string[], options: AggregateOptions = {}) => {
    const distinct = node.distinct && options.plain !== true ? "DISTINCT " : "";
    const order = options.orderBy === undefined ? "" : ` ORDER BY ${options.orderBy}`;
    const conditions = [filter, options.filter].filter((one) => one !== undefined);
    const where =
      conditions.length === 0 ? "" : ` FILTER (WHERE ${conditions.map((one) => `(${one})`).join(" AND ")})`;
    return `${name}(${distinct}${parts.join(", ")}${order})${where}${over}`;
  };
  return definition.build(args, { ...site, scope: inner }, write);
}

function windowCall(site: CallSite, definition: Extract<FunctionDefinition, { kind: "window" }>): Typed {
  const { node, scope, translation } = site;
  if (node.over === undefined) throw new Error("Checked above.");
  scope.seen.window = true;
  refuseWindow(node, scope, translation);
  checkWindow(node, node.over, scope, translation);
  const args = translateArguments(node, scope, translation);
  return definition.build(args, site, overClause(node.over, scope, translation));
}

/** Functions that need an order. All but nth_value also need the frame that they have by default. */
function checkWindow(
  node: ExpressionOf<"call">,
  over: WindowSpec,
  scope: Scope,
  translation: Translation,
): void {
  const { orderBy, frame } = fullWindow(over, scope);
  const position = translation.position(node.at);
  if (orderBy.length === 0) {
    const text = `Window function ${node.name} requires window to be ordered, please add ORDER BY clause.`;
    throw new SqlError("_LEGACY_ERROR_TEMP_1037", text, position);
  }
  if (frame !== undefined && node.name !== "nth_value") {
    const own =
      frame.unit === "ROWS" && frame.start.kind === "unbounded_preceding" && frame.end.kind === "current_row";
    if (!own)
      throw new SqlError(
        "_LEGACY_ERROR_TEMP_1036",
        `Window Frame of ${node.name} must match the required frame.`,
        position,
      );
  }
}
