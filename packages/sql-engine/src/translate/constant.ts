import { SqlError } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import { BIGINT } from "../types/data-type.ts";
import { coerce } from "./coerce.ts";
import { findParameter } from "./parameter.ts";
import { newScope } from "./scope.ts";
import type { Translation } from "./translation.ts";

/** The value of constant text, as in IDENTIFIER() or a path: literals, parameters and their concatenation with `||`. */
export function constantText(node: Expression, translation: Translation): string {
  switch (node.kind) {
    case "string":
      return node.value;
    case "parameter":
    case "positional": {
      const { value } = findParameter(
        node.kind === "parameter" ? node.name : node.index,
        translation,
        node.at,
      );
      if (typeof value === "string") return value;
      break;
    }
    case "binary":
      if (node.operator === "||")
        return constantText(node.left, translation) + constantText(node.right, translation);
      break;
    case "call":
      if (node.name === "concat") return node.args.map((arg) => constantText(arg, translation)).join("");
      break;
    default:
  }
  throw new SqlError(
    "INVALID_PARAMETER_VALUE",
    "The expression must be a constant string that is not NULL.",
    translation.position(node.at),
  );
}

/** A whole number of rows, as in LIMIT, in DuckDB's text. */
export function rowCount(node: Expression, clause: string, translation: Translation): string {
  if (node.kind === "number" && /^\d+$/.test(node.text)) return node.text;
  if (!["number", "string", "null"].includes(node.kind) && isConstant(node)) {
    const count = coerce(
      translation.expression(node, newScope(undefined)),
      BIGINT,
      clause,
      translation,
      node.at,
    );
    return `(${count.sql})`;
  }
  const subclass =
    node.kind === "null"
      ? "IS_NULL"
      : node.kind === "string" || (node.kind === "number" && !/^-?\d+$/.test(node.text))
        ? "DATA_TYPE"
        : isConstant(node)
          ? "IS_NEGATIVE"
          : "IS_UNFOLDABLE";
  const wrong = `The ${clause} expression must be a constant integer that is not negative.`;
  throw new SqlError(`INVALID_LIMIT_LIKE_EXPRESSION.${subclass}`, wrong, translation.position(node.at));
}

const VOLATILE = new Set(["rand", "random", "uuid"]);

/** True if the expression has no columns, so that it has the same value for every row: Spark's `foldable`. */
export function isConstant(node: Expression | undefined): boolean {
  switch (node?.kind) {
    case "number":
    case "string":
    case "binary_literal":
    case "null":
    case "boolean":
    case "typed_literal":
    case "interval_text":
    case "parameter":
    case "positional":
      return true;
    case "interval":
      return node.parts.every((part) => isConstant(part.value));
    case "unary":
    case "cast":
      return isConstant(node.operand);
    case "binary":
      return isConstant(node.left) && isConstant(node.right);
    case "call":
      return node.over === undefined && !VOLATILE.has(node.name) && node.args.every(isConstant);
    default:
      return false;
  }
}
