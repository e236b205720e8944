import type { Expression } from "../syntax/expression-ast.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { constantText } from "./constant.ts";
import type { Translation } from "./translation.ts";

/** Spark's name for a column without an alias, such as `(a + 1)`, `sum(x)` or `CAST(a AS INT)`. */
export function expressionName(node: Expression, translation: Translation): string {
  const name = (one: Expression) => expressionName(one, translation);
  switch (node.kind) {
    case "column": {
      const parts = translation.nameParts(node.name, (one) => constantText(one, translation));
      const last = parts.at(-1) ?? "";
      const bare = [
        "current_date",
        "current_timestamp",
        "current_user",
        "localtimestamp",
        "session_user",
        "user",
      ];
      return bare.includes(last.toLowerCase()) && parts.length === 1 ? `${last.toLowerCase()}()` : last;
    }
    case "number":
      return node.text.replace(/(BD|[LSYDF])$/i, "");
    case "string":
      return node.value;
    case "binary_literal":
      return `X'${node.hex.toUpperCase()}'`;
    case "null":
      return "NULL";
    case "boolean":
      return String(node.value);
    case "typed_literal":
      return `${node.type} '${node.value}'`;
    case "parameter":
      return `:${node.name}`;
    case "positional":
      return "?";
    case "call":
      return callName(node, name);
    case "cast":
      return `${node.safe ? "TRY_CAST" : "CAST"}(${name(node.operand)} AS ${sqlTypeText(node.type)})`;
    case "unary":
      return node.operator === "NOT"
        ? `(NOT ${name(node.operand)})`
        : `(${node.operator} ${name(node.operand)})`;
    case "binary":
      return node.operator === "||"
        ? `concat(${name(node.left)}, ${name(node.right)})`
        : `(${name(node.left)} ${binaryName(node.operator)} ${name(node.right)})`;
    case "is":
      return `(${name(node.operand)} IS ${node.negated ? "NOT " : ""}${node.what})`;
    case "in_list":
      return `(${name(node.operand)} ${node.negated ? "NOT " : ""}IN (${node.items.map(name).join(", ")}))`;
    case "between":
      return `${node.negated ? "(NOT " : ""}between(${name(node.operand)}, ${name(node.low)}, ${name(node.high)})${node.negated ? ")" : ""}`;
    case "like":
      return node.operator === "RLIKE"
        ? `RLIKE(${[node.operand, ...node.patterns].map(name).join(", ")})`
        : `${node.negated ? "(NOT " : ""}${name(node.operand)} ${node.operator} ${node.patterns.map(name).join(", ")}${node.negated ? ")" : ""}`;
    case "in_query":
      return `(${name(node.operand)} ${node.negated ? "NOT " : ""}IN (listquery()))`;
    case "is_distinct":
      return `(${name(node.left)} IS ${node.negated ? "NOT " : ""}DISTINCT FROM ${name(node.right)})`;
    case "interval":
    case "interval_text":
      return intervalName(node);
    case "subscript":
      return `${name(node.base)}[${name(node.index)}]`;
    case "field":
      return node.name;
    case "path":
      return String(node.path.at(-1) ?? "");
    case "case":
      return caseName(node, name);
    case "subquery":
      return "scalarsubquery()";
    case "exists":
      return "exists()";
    case "lambda":
      return `lambdafunction(${name(node.body)}, ${node.params.map((param) => `namedlambdavariable(${param})`).join(", ")})`;
    case "row":
      return `struct(${node.items.map(name).join(", ")})`;
    default:
      return translation.text.slice(node.at).split(/[,\n]/)[0]?.trim() ?? "";
  }
}

const binaryName = (operator: string): string =>
  operator === "=="
    ? "="
    : operator === "DIV"
      ? "div"
      : operator === "<>" || operator === "!="
        ? "!="
        : operator;

function callName(node: Extract<Expression, { kind: "call" }>, name: (one: Expression) => string): string {
  const args = node.args.map((arg) => (arg.kind === "star" ? "1" : name(arg))).join(", ");
  const distinct = node.distinct ? "DISTINCT " : "";
  const filter = node.filter === undefined ? "" : ` FILTER (WHERE ${name(node.filter)})`;
  return `${node.name}(${distinct}${args})${filter}${node.over === undefined ? "" : " OVER (...)"}`;
}

function caseName(node: Extract<Expression, { kind: "case" }>, name: (one: Expression) => string): string {
  const operand = node.operand === undefined ? "" : ` ${name(node.operand)}`;
  const branches = node.branches
    .map(({ when, result }) => ` WHEN ${name(when)} THEN ${name(result)}`)
    .join("");
  return `CASE${operand}${branches}${node.otherwise === undefined ? "" : ` ELSE ${name(node.otherwise)}`} END`;
}

function intervalName(node: Extract<Expression, { kind: "interval" | "interval_text" }>): string {
  if (node.kind === "interval_text")
    return `INTERVAL '${node.negative ? "-" : ""}${node.value}' ${node.from} TO ${node.to}`;
  const parts = node.parts.map(
    ({ value, unit }) =>
      `'${value.kind === "number" ? value.text : value.kind === "string" ? value.value : "…"}' ${unit}`,
  );
  return `INTERVAL ${parts.join(" ")}`;
}
