import { SqlError } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import { findParameter } from "./parameter.ts";
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

/** A whole number, as in LIMIT. */
export function constantInteger(node: Expression, clause: string, translation: Translation): number {
  const text =
    node.kind === "number"
      ? node.text
      : node.kind === "parameter" || node.kind === "positional"
        ? constantText(node, translation)
        : "";
  if (!/^\d+$/.test(text)) {
    const wrong = `The ${clause} expression must be a constant integer that is not negative.`;
    throw new SqlError("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", wrong, translation.position(node.at));
  }
  return Number(text);
}
