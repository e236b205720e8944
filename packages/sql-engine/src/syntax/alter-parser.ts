import { parseKey, seesKey } from "./constraint-parser.ts";
import {
  parseClusterColumns,
  parseColumn,
  parseDefault,
  parseObjectKind,
  parseProperties,
  parsePropertyKey,
} from "./ddl-parser.ts";
import { parseName } from "./name-parser.ts";
import type { AlterAction, ColumnChange, ColumnDefinition, Statement } from "./statement-ast.ts";
import type { TokenStream } from "./token-stream.ts";
import { parseType } from "./type-parser.ts";

export function parseAlter(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("ALTER");
  const object = parseObjectKind(tokens);
  const name = parseName(tokens);
  return { kind: "alter", object, name, action: parseAction(tokens), at };
}

function parseAction(tokens: TokenStream): AlterAction {
  if (tokens.takes("RENAME", "TO")) return { kind: "rename", to: parseName(tokens) };
  if (tokens.takes("RENAME", "COLUMN")) {
    const from = tokens.identifier();
    tokens.expect("TO");
    return { kind: "rename_column", from, to: tokens.identifier() };
  }
  if (tokens.takes("SET", "TBLPROPERTIES") || tokens.takes("SET", "DBPROPERTIES")) {
    return { kind: "set_properties", properties: parseProperties(tokens) };
  }
  if (tokens.takes("UNSET", "TBLPROPERTIES")) {
    const ifExists = tokens.takes("IF", "EXISTS");
    return { kind: "unset_properties", ifExists, keys: tokens.bracketed(() => parsePropertyKey(tokens)) };
  }
  if (tokens.takes("OWNER", "TO") || tokens.takes("SET", "OWNER", "TO")) {
    return { kind: "owner", to: tokens.identifier() };
  }
  if (tokens.takes("CLUSTER", "BY")) return { kind: "cluster_by", columns: parseClusterColumns(tokens) };
  if (tokens.sees("ADD") && ["CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK"].includes(tokens.peek(1).upper)) {
    tokens.next();
    if (!seesKey(tokens)) throw tokens.error();
    return { kind: "add_constraint", key: parseKey(tokens) };
  }
  if (tokens.sees("DROP") && ["CONSTRAINT", "PRIMARY", "FOREIGN"].includes(tokens.peek(1).upper)) {
    tokens.next();
    return parseDropConstraint(tokens);
  }
  if (tokens.takes("ADD", "COLUMN") || tokens.takes("ADD", "COLUMNS")) return parseAdd(tokens);
  if (tokens.takes("DROP", "COLUMN") || tokens.takes("DROP", "COLUMNS")) {
    const ifExists = tokens.takes("IF", "EXISTS");
    const names = tokens.sees("(")
      ? tokens.bracketed(() => tokens.identifier())
      : tokens.list(() => tokens.identifier());
    return { kind: "drop_columns", names, ifExists };
  }
  if (tokens.takes("ALTER", "COLUMN") || tokens.takes("CHANGE", "COLUMN")) return parseAlterColumn(tokens);
  if (tokens.takes("AS")) {
    const { start } = tokens.peek();
    const query = tokens.query();
    return {
      kind: "definition",
      query,
      text: tokens.text.slice(start, tokens.at).replace(/(?<![\s;])[\s;]+$/, ""),
    };
  }
  const words = [tokens.peek(), tokens.peek(1)]
    .map((token) => token.upper)
    .join(" ")
    .trim();
  if (words === "") throw tokens.error();
  throw tokens.unsupported("ALTER_ACTION", `ALTER … ${words}`);
}

function parseDropConstraint(tokens: TokenStream): AlterAction {
  const kind = tokens.next().upper;
  if (kind !== "CONSTRAINT") tokens.expect("KEY");
  const ifExists = tokens.takes("IF", "EXISTS");
  const which =
    kind === "CONSTRAINT"
      ? { name: tokens.identifier() }
      : kind === "PRIMARY"
        ? { primaryKey: true as const }
        : { foreignKey: tokens.bracketed(() => tokens.identifier()) };
  const cascade = tokens.takes("CASCADE");
  if (!cascade) tokens.takes("RESTRICT");
  return { kind: "drop_constraint", which, ifExists, cascade };
}

function parseAdd(tokens: TokenStream): AlterAction {
  const ifNotExists = tokens.takes("IF", "NOT", "EXISTS");
  const one = (): ColumnDefinition => {
    const column = parseColumn(tokens);
    if (tokens.seesAny("FIRST", "AFTER")) throw tokens.unsupported("COLUMN_POSITION", "FIRST and AFTER");
    return column;
  };
  const columns = tokens.sees("(") ? tokens.bracketed(one) : tokens.list(one);
  return { kind: "add_columns", columns, ifNotExists };
}

function parseAlterColumn(tokens: TokenStream): AlterAction {
  const name = tokens.identifier();
  return { kind: "alter_column", name, change: parseChange(tokens) };
}

function parseChange(tokens: TokenStream): ColumnChange {
  if (tokens.takes("TYPE")) return { kind: "type", type: parseType(tokens) };
  if (tokens.takes("COMMENT")) return { kind: "comment", comment: tokens.string() };
  if (tokens.takes("SET", "NOT", "NULL")) return { kind: "nullable", nullable: false };
  if (tokens.takes("DROP", "NOT", "NULL")) return { kind: "nullable", nullable: true };
  if (tokens.takes("SET", "DEFAULT")) return { kind: "default", text: parseDefault(tokens) };
  if (tokens.takes("DROP", "DEFAULT")) return { kind: "default", text: undefined };
  throw tokens.unsupported("ALTER_COLUMN", "this change of a column");
}

export function parseCommentOn(tokens: TokenStream): Statement {
  const { at } = tokens;
  tokens.expect("COMMENT", "ON");
  if (tokens.takes("COLUMN")) {
    const name = parseName(tokens);
    tokens.expect("IS");
    const comment = tokens.takes("NULL") ? undefined : tokens.string();
    if (!("parts" in name) || name.parts.length < 2) throw tokens.error(": expected a table and a column");
    const table = { ...name, parts: name.parts.slice(0, -1) };
    return { kind: "comment_on_column", table, column: name.parts.at(-1) ?? "", comment, at };
  }
  const object = parseObjectKind(tokens);
  const name = parseName(tokens);
  tokens.expect("IS");
  return {
    kind: "comment_on",
    object,
    name,
    comment: tokens.takes("NULL") ? undefined : tokens.string(),
    at,
  };
}
