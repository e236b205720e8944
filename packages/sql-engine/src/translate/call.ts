import type { AggregateOptions, CallSite, FunctionDefinition } from "../functions/definition.ts";
import { MANY } from "../functions/definition.ts";
import { ARGUMENTS_ON_DATABRICKS, REFUSED_FUNCTIONS } from "../functions/refused-functions.ts";
import { findFunction } from "../functions/registry.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import type { ExpressionOf } from "../syntax/expression-ast.ts";
import { isGenerator } from "./generator.ts";
import { truth } from "./operators.ts";
import { type Scope, withoutAggregates } from "./scope.ts";
import type { Translation } from "./translation.ts";
import type { Typed } from "./typed.ts";
import { overClause } from "./window.ts";

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
  checkCount(node, definition, translation);
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

function checkCount(
  node: ExpressionOf<"call">,
  definition: FunctionDefinition,
  translation: Translation,
): void {
  const given = node.args.filter((arg) => arg.kind !== "star").length;
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
      "MISSING_GROUP_BY",
      `The window function ${node.name} requires an OVER clause.`,
      translation.position(node.at),
    );
  }
}

function scalarCall(site: CallSite, definition: Extract<FunctionDefinition, { kind: "scalar" }>): Typed {
  const args = site.node.args.map((arg) => site.translation.expression(arg, site.scope));
  const result = definition.build(args, site);
  return args.some((arg) => arg.volatile === true) ? { ...result, volatile: true } : result;
}

function aggregateCall(
  site: CallSite,
  definition: Extract<FunctionDefinition, { kind: "aggregate" }>,
): Typed {
  const { node, scope, translation } = site;
  const inWindow = node.over !== undefined;
  if (!inWindow && scope.noAggregatesIn !== undefined) {
    const text = `Aggregate functions are not allowed in ${scope.noAggregatesIn}: ${node.name}.`;
    throw new SqlError("INVALID_PARAMETER_VALUE", text, translation.position(node.at));
  }
  if (inWindow) scope.seen.window = true;
  else scope.seen.aggregate = true;
  // An aggregate over a window may contain a plain one: sum(sum(x)) OVER ().
  const inner = inWindow ? scope : withoutAggregates(scope, "another aggregate function");
  const args = node.args
    .filter((arg) => arg.kind !== "star")
    .map((arg) => translation.expression(arg, inner));
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
  const args = node.args.map((arg) => translation.expression(arg, scope));
  return definition.build(args, site, overClause(node.over, scope, translation));
}
