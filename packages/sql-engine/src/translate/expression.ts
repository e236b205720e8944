import { quoteText } from "../duckdb/quote.ts";
import { SqlError } from "../sql-error.ts";
import type { Expression, ExpressionOf } from "../syntax/expression-ast.ts";
import { commonType, comparisonType } from "../types/coercion.ts";
import { BOOLEAN, INT, isIntegral, isNumeric, STRING, type TypeOf, VOID } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { callFunction } from "./call.ts";
import { cast } from "./cast.ts";
import { coerce, toCommonType, wrongType } from "./coerce.ts";
import { toComparable } from "./comparison.ts";
import { constantText } from "./constant.ts";
import { jsonPathOf } from "./json-path.ts";
import { likePredicate } from "./like.ts";
import {
  binaryLiteral,
  intervalLiteral,
  intervalTextLiteral,
  numberLiteral,
  typedLiteral,
} from "./literals.ts";
import { binaryOperator, negate, truth } from "./operators.ts";
import { parameterExpression } from "./parameter-expression.ts";
import { fieldAccess, resolveColumn } from "./resolve-column.ts";
import type { Scope } from "./scope.ts";
import { existsPredicate, inQuery, scalarSubquery } from "./subquery.ts";
import { arrayElement, mapValue } from "./subscript.ts";
import type { Translation } from "./translation.ts";
import { type Typed, textLiteral, typed, withoutRepetition } from "./typed.ts";

type Of<K extends Expression["kind"]> = ExpressionOf<K>;

/** Translates an expression. Throws if it cannot be translated exactly. */
export function translateExpression(node: Expression, scope: Scope, translation: Translation): Typed {
  switch (node.kind) {
    case "number":
      return numberLiteral(node.text, translation, node.at);
    case "string":
      return textLiteral(node.value, STRING);
    case "binary_literal":
      return binaryLiteral(node.hex, translation, node.at);
    case "null":
      return { sql: "NULL", type: VOID, literal: null };
    case "boolean":
      return { sql: String(node.value), type: BOOLEAN, literal: node.value };
    case "typed_literal":
      return typedLiteral(node, translation);
    case "interval":
      return intervalLiteral(node, scope, translation);
    case "interval_text":
      return intervalTextLiteral(node, translation);
    case "column":
      return resolveColumn(
        translation.nameParts(node.name, (one) => constantText(one, translation)),
        scope,
        translation,
        node.at,
      );
    case "parameter":
      return parameterExpression(node.name, translation, node.at);
    case "positional":
      return parameterExpression(node.index, translation, node.at);
    case "call":
      return callFunction(node, scope, translation);
    case "cast":
      return cast(translation.expression(node.operand, scope), withoutLength(node.type), node.safe);
    case "unary":
      return unary(node, scope, translation);
    case "binary":
      return withoutRepetition(
        [translation.expression(node.left, scope), translation.expression(node.right, scope)] as const,
        ([left, right]) => binaryOperator(node, left, right, translation),
      );
    case "between":
      return between(node, scope, translation);
    case "in_list":
      return inList(node, scope, translation);
    case "in_query":
      return inQuery(node, scope, translation);
    case "like":
      return likePredicate(node, scope, translation);
    case "is":
      return isPredicate(node, scope, translation);
    case "is_distinct": {
      const nodes = [node.left, node.right];
      const sides = nodes.map((one) => translation.expression(one, scope));
      const values = toComparable(sides, nodes, "IS DISTINCT FROM", translation, node.at);
      return typed(
        `(${values[0]?.sql} IS ${node.negated ? "NOT " : ""}DISTINCT FROM ${values[1]?.sql})`,
        BOOLEAN,
      );
    }
    case "case":
      return caseExpression(node, scope, translation);
    case "subquery":
      return scalarSubquery(node, scope, translation);
    case "exists":
      return existsPredicate(node, scope, translation);
    case "subscript":
      return subscript(node, scope, translation);
    case "field":
      return fieldAccess(translation.expression(node.base, scope), node.name, translation, node.at);
    case "path":
      return jsonPathOf(translation.expression(node.base, scope), node.path, translation, node.at);
    case "star":
      throw new SqlError(
        "INVALID_USAGE_OF_STAR_OR_REGEX",
        "Invalid usage of '*' in an expression.",
        translation.position(node.at),
      );
    case "lambda":
      throw new SqlError(
        "PARSE_SYNTAX_ERROR",
        "A lambda function may only be an argument of a higher order function.",
        translation.position(node.at),
      );
    case "row":
      return callFunction(
        {
          kind: "call",
          name: "struct",
          args: node.items,
          namedArgs: [],
          argAliases: new Map(),
          distinct: false,
          at: node.at,
        },
        scope,
        translation,
      );
  }
}

/** CAST to VARCHAR(n) or CHAR(n) is a cast to STRING, as in Spark. */
const withoutLength = (type: Of<"cast">["type"]) => (type.kind === "string" ? STRING : type);

const not = (operand: Expression): Expression => ({
  kind: "unary",
  operator: "NOT",
  operand,
  at: operand.at,
});

/** NOT moves inwards to IN with a subquery, whose NULLs Spark drops. Undefined for other operands. */
function negatedSubqueries(node: Expression): Expression | undefined {
  if (node.kind === "in_query") return { ...node, negated: !node.negated };
  if (node.kind === "unary" && node.operator === "NOT")
    return negatedSubqueries(node.operand) === undefined ? undefined : node.operand;
  if (node.kind !== "binary" || (node.operator !== "AND" && node.operator !== "OR")) return undefined;
  const [left, right] = [negatedSubqueries(node.left), negatedSubqueries(node.right)];
  if (left === undefined && right === undefined) return undefined;
  const operator = node.operator === "AND" ? "OR" : "AND";
  return { ...node, operator, left: left ?? not(node.left), right: right ?? not(node.right) };
}

function unary(node: Of<"unary">, scope: Scope, translation: Translation): Typed {
  const inward = node.operator === "NOT" ? negatedSubqueries(node.operand) : undefined;
  if (inward !== undefined) return translation.expression(inward, scope);
  const operand = translation.expression(node.operand, scope);
  switch (node.operator) {
    case "NOT":
      return typed(`(NOT ${truth(operand, "NOT", translation, node.at)})`, BOOLEAN);
    case "-":
      return negate(operand, translation, node.at);
    case "+":
      if (!isNumeric(operand.type))
        throw wrongType(operand.type, "a numeric type", "+", translation, node.at);
      return operand;
    case "~":
      if (!isIntegral(operand.type))
        throw wrongType(operand.type, "an integral type", "~", translation, node.at);
      return typed(`(~${operand.sql})`, operand.type);
  }
}

function between(node: Of<"between">, scope: Scope, translation: Translation): Typed {
  const all = [node.operand, node.low, node.high].map((one) => translation.expression(one, scope));
  return withoutRepetition(all, ([operand = typed("NULL", VOID), low = operand, high = operand]) => {
    const [a, b] = toCommonType([operand, low], "BETWEEN", translation, node.at, comparisonType).values;
    const [c, d] = toCommonType([operand, high], "BETWEEN", translation, node.at, comparisonType).values;
    const sql = `(${a?.sql} >= ${b?.sql} AND ${c?.sql} <= ${d?.sql})`;
    return typed(node.negated ? `(NOT ${sql})` : sql, BOOLEAN);
  });
}

function inList(node: Of<"in_list">, scope: Scope, translation: Translation): Typed {
  const nodes = [node.operand, ...node.items];
  const sides = nodes.map((one) => translation.expression(one, scope));
  const values = toComparable(sides, nodes, "IN", translation, node.at, commonType);
  const [operand, ...items] = values.map((value) => value.sql);
  return typed(`(${operand} ${node.negated ? "NOT " : ""}IN (${items.join(", ")}))`, BOOLEAN);
}

function isPredicate(node: Of<"is">, scope: Scope, translation: Translation): Typed {
  const operand = translation.expression(node.operand, scope);
  const negation = node.negated ? "NOT " : "";
  if (node.what === "NULL") return typed(`(${operand.sql} IS ${negation}NULL)`, BOOLEAN);
  return typed(
    `(${truth(operand, `IS ${node.what}`, translation, node.at)} IS ${negation}${node.what})`,
    BOOLEAN,
  );
}

function caseExpression(node: Of<"case">, scope: Scope, translation: Translation): Typed {
  const operand = node.operand === undefined ? undefined : translation.expression(node.operand, scope);
  const conditions = node.branches.map(({ when }) => {
    const value = translation.expression(when, scope);
    if (operand === undefined) return truth(value, "CASE WHEN", translation, node.at);
    const values = toComparable([operand, value], [node.operand, when], "CASE", translation, node.at);
    return `${values[0]?.sql} = ${values[1]?.sql}`;
  });
  const results = node.branches.map(({ result }) => translation.expression(result, scope));
  if (node.otherwise !== undefined) results.push(translation.expression(node.otherwise, scope));
  const { values, type } = toCommonType(results, "CASE", translation, node.at);
  const branches = conditions.map((condition, i) => `WHEN ${condition} THEN ${values[i]?.sql}`);
  const last = node.otherwise === undefined ? "" : ` ELSE ${values.at(-1)?.sql}`;
  return typed(`(CASE ${branches.join(" ")}${last} END)`, type);
}

function subscript(node: Of<"subscript">, scope: Scope, translation: Translation): Typed {
  return withoutRepetition(
    [translation.expression(node.base, scope), translation.expression(node.index, scope)] as const,
    ([base, index]) => elementAt(base, index, node, translation),
  );
}

function elementAt(base: Typed, index: Typed, node: Of<"subscript">, translation: Translation): Typed {
  switch (base.type.kind) {
    case "array":
      return arrayElement(
        base as Typed & { type: TypeOf<"array"> },
        coerce(index, INT, "[]", translation, node.at),
        "error",
      );
    case "map":
      return mapValue(
        base as Typed & { type: TypeOf<"map"> },
        coerce(index, base.type.key, "[]", translation, node.at),
      );
    case "struct":
      if (typeof index.literal === "string") return fieldAccess(base, index.literal, translation, node.at);
      break;
    case "variant":
      if (typeof index.literal === "string" || typeof index.literal === "number")
        return jsonPathOf(base, [index.literal], translation, node.at);
      break;
    default:
  }
  const text = `Can't extract a value from "${quoteText(sqlTypeText(base.type))}". Need a complex type [STRUCT, ARRAY, MAP].`;
  throw new SqlError("INVALID_EXTRACT_FIELD", text, translation.position(node.at));
}
