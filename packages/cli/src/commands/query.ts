import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { UsageError } from "../output/usage-error.ts";
import type { Open } from "../session/open-session.ts";
import { type Parameter, parameterOf } from "./query-parameter.ts";
import { formatOf, type OutputOptions, withOutput, writeResult } from "./result-output.ts";
import { wholeNumber } from "./whole-number.ts";

interface QueryOptions extends OutputOptions {
  readonly file?: string;
  readonly param: readonly Parameter[];
  readonly catalog?: string;
  readonly schema?: string;
  readonly rowLimit?: number;
  readonly timeout?: number;
}

/** Rows of a table that nobody asked for more of. */
const tableRows = 1_000;

const help = `
The statement is the argument, or a file (-f), or standard input (-f -). A table has at most ${tableRows.toLocaleString("en")} rows; every other format has
all of them. Without --output a terminal gets a table and everything else CSV; --output-file goes by its ending.

A value goes beside the statement, never into it:
  front-door query "SELECT :day, :text" --param day:DATE=2024-01-31 --param text=hello
Without a type it is a STRING. The type VOID is NULL.`;

/** `query`: one SQL statement. */
export function addQuery(program: Command, open: Open): void {
  withOutput(program.command("query"))
    .description("run one SQL statement")
    .argument("[sql]")
    .option("-f, --file <file>", "read the statement from a file")
    .option("--param <name[:TYPE]=value>", "a value for :name; can be repeated", collect, [])
    .option("--catalog <name>", "the catalog of names without one")
    .option("--schema <name>", "the schema of names without one")
    .option("--row-limit <count>", "at most so many rows", wholeNumber(1))
    .option("--timeout <seconds>", "how long the first rows may take, at most 300", wholeNumber(1, 300))
    .addHelpText("after", help)
    .action(async (sql: string | undefined, options: QueryOptions, command: Command) => {
      const statement = await statementOf(sql, options.file);
      const { client, json, signal } = open(command);
      const format = formatOf(options, json);
      const rowLimit = options.rowLimit ?? (format === "table" ? tableRows : undefined);
      const query = client.executeQuery(
        {
          sql: statement,
          ...(options.param.length === 0 ? {} : { params: Object.fromEntries(options.param) }),
          ...(options.catalog === undefined ? {} : { catalog: options.catalog }),
          ...(options.schema === undefined ? {} : { schema: options.schema }),
          ...(rowLimit === undefined ? {} : { row_limit: rowLimit }),
          ...(options.timeout === undefined ? {} : { timeout_ms: options.timeout * 1_000 }),
        },
        { signal },
      );
      await writeResult(query, format, options.outputFile);
    });
}

async function statementOf(sql: string | undefined, file: string | undefined): Promise<string> {
  if ((sql === undefined) === (file === undefined)) {
    throw new UsageError("Give one statement: as the argument, or by -f.");
  }
  const text = sql ?? (await (file === "-" ? readAll(process.stdin) : readFile(file ?? "", "utf8")));
  // A file often begins with a byte order mark and ends with a semicolon, which separates statements and is no part of one.
  return text
    .replace(/^\uFEFF/, "")
    .trim()
    .replace(/;$/, "");
}

function collect(text: string, before: readonly Parameter[]): Parameter[] {
  return [...before, parameterOf(text)];
}
