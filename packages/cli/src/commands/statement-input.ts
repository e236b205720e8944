import { readFile } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { cannotRead } from "../output/cannot-read.ts";
import { UsageError } from "../output/usage-error.ts";
import { type Parameter, parameterOf } from "./query-parameter.ts";

export interface StatementOptions {
  readonly file?: string;
  readonly param: readonly Parameter[];
  readonly catalog?: string;
  readonly schema?: string;
}

/** The options of every command that takes a statement. */
export function withStatement(command: Command): Command {
  return command
    .argument("[sql]")
    .option(
      "-f, --file <file>",
      "read the statement from a file; - is standard input, as is no statement at all",
    )
    .option("--param <name[:TYPE]=value>", "a value for :name; can be repeated", collect, [])
    .option("--catalog <name>", "the catalog of names without one")
    .option("--schema <name>", "the schema of names without one");
}

/** What the API takes, from the argument or the file. Throws a UsageError if there is not exactly one statement. */
export async function readStatement(
  sql: string | undefined,
  { file, param, catalog, schema }: StatementOptions,
  signal: AbortSignal,
) {
  const isTyped = sql === undefined && file === undefined && process.stdin.isTTY;
  if (isTyped || (sql !== undefined && file !== undefined)) {
    throw new UsageError("Give one statement: as the argument, with -f, or on standard input.");
  }
  const text = sql ?? (await readInput(file ?? "-", signal));
  // A file often begins with a byte order mark and ends with a semicolon, which separates statements and is no part of one.
  const statement = text
    .replace(/^\uFEFF/, "")
    .trim()
    .replace(/;$/, "");
  if (statement === "") throw new UsageError(`The statement is empty${sourceOf(sql, file)}.`);
  return {
    sql: statement,
    ...(param.length === 0 ? {} : { params: Object.fromEntries(param) }),
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
  };
}

function sourceOf(sql: string | undefined, file = "-"): string {
  if (sql !== undefined) return "";
  return file === "-" ? ": give it as the argument, with -f, or on standard input" : `: ${file}`;
}

async function readInput(file: string, signal: AbortSignal): Promise<string> {
  if (file === "-") return readAll(addAbortSignal(signal, process.stdin));
  try {
    return await readFile(file, { encoding: "utf8", signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw cannotRead(file, error);
  }
}

function collect(text: string, before: readonly Parameter[]): Parameter[] {
  return [...before, parameterOf(text)];
}
