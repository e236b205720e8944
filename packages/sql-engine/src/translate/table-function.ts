import { SqlError, unsupported } from "../sql-error.ts";
import type { RelationOf } from "../syntax/query-ast.ts";
import { BIGINT } from "../types/data-type.ts";
import { coerce } from "./coerce.ts";
import { generate, generatedNames, isGenerator } from "./generator.ts";
import { columnName, newScope, type Scope, type TranslatedQuery } from "./scope.ts";
import type { Translation } from "./translation.ts";

/** `range(…)`, `read_files(…)` and generators in FROM. */
export function tableFunction(
  node: RelationOf<"table_function">,
  scope: Scope | undefined,
  translation: Translation,
): TranslatedQuery {
  const { name, args, namedArgs, at } = node;
  const inner = newScope(scope);
  const call = {
    kind: "call",
    name,
    args,
    namedArgs,
    argAliases: new Map<number, string>(),
    distinct: false,
    at,
  } as const;
  if (isGenerator(call)) {
    const made = generate(call, false, inner, translation);
    const names = generatedNames(made, [], translation, at);
    const columns = made.lists.map((list, i) => ({
      name: names[i] ?? list.name,
      type: list.type,
      nullable: true,
    }));
    return {
      sql: `SELECT ${made.lists.map((list, i) => `unnest(${list.sql}) AS ${columnName(i)}`).join(", ")}`,
      columns,
    };
  }
  if (name === "range") return range(node, inner, translation);
  if (name === "read_files") {
    const scan = translation.files.get(String(at));
    if (scan === undefined)
      throw unsupported("READ_FILES", "read_files inside a view", translation.position(at));
    const items = scan.columns.map((column, i) => `${column.sql} AS ${columnName(i)}`).join(", ");
    return {
      sql: `SELECT ${items} FROM ${scan.sql}`,
      columns: scan.columns.map((column) => ({ name: column.name, type: column.type, nullable: true })),
    };
  }
  throw unsupported("TABLE_FUNCTION", `the table function ${name}`, translation.position(at));
}

/** `range([start,] end [, step [, partitions]])` */
function range(node: RelationOf<"table_function">, scope: Scope, translation: Translation): TranslatedQuery {
  const values = node.args.map(
    (arg) => coerce(translation.expression(arg, scope), BIGINT, "range", translation, node.at).sql,
  );
  if (values.length < 1 || values.length > 4) {
    throw new SqlError(
      "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
      `The \`range\` requires [1, 4] parameters but the actual number is ${values.length}.`,
      translation.position(node.at),
    );
  }
  const name = translation.fresh("g");
  return {
    sql: `SELECT ${name}.i AS ${columnName(0)} FROM range(${values.slice(0, 3).join(", ")}) AS ${name}(i)`,
    columns: [{ name: "id", type: BIGINT, nullable: false }],
  };
}
