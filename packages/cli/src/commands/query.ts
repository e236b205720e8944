import { createWriteStream } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import { type Command, Option } from "commander";
import { isBinary, type ResultFormat, resultFormats, resultWriters } from "../formats/write-result.ts";
import { type Sink, say, sinkOf, stdout } from "../output/terminal.ts";
import { UsageError } from "../output/usage-error.ts";
import type { Open } from "../session/open-session.ts";
import { type Parameter, parameterOf } from "./query-parameter.ts";
import { wholeNumber } from "./whole-number.ts";

interface QueryOptions {
  readonly file?: string;
  readonly param: readonly Parameter[];
  readonly output?: ResultFormat;
  readonly outputFile?: string;
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
  program
    .command("query")
    .description("run one SQL statement")
    .argument("[sql]")
    .option("-f, --file <file>", "read the statement from a file")
    .option("--param <name[:TYPE]=value>", "a value for :name; can be repeated", collect, [])
    .addOption(new Option("-o, --output <format>", "how to write the result").choices(resultFormats))
    .option("--output-file <file>", "write the result to a file, which is there when it is whole")
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
      const write = async (sink: Sink) => resultWriters[format](query, sink);
      const note =
        options.outputFile === undefined ? await write(stdout) : await intoFile(options.outputFile, write);
      if (note !== undefined && process.stderr.isTTY) say(note);
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

function formatOf({ output, outputFile }: QueryOptions, json: boolean): ResultFormat {
  if (json && output !== undefined && output !== "json")
    throw new UsageError("--json is --output json: give one.");
  if (json) return "json";
  const ending = /\.(\w+)$/.exec(outputFile ?? "")?.[1];
  const format = output ?? resultFormats.find((each) => each === ending);
  if (format === undefined) return stdout.isTerminal && outputFile === undefined ? "table" : "csv";
  if (isBinary(format) && outputFile === undefined && stdout.isTerminal) {
    throw new UsageError(`A terminal cannot show ${format}: redirect it, or name an --output-file.`);
  }
  return format;
}

/** The file appears when it is whole, in the place of what it replaces. */
async function intoFile<Result>(path: string, write: (sink: Sink) => Promise<Result>): Promise<Result> {
  const part = `${path}.${process.pid}.part`;
  const stream = createWriteStream(part);
  try {
    const [result] = await Promise.all([write(sinkOf(stream)).finally(() => stream.end()), finished(stream)]);
    await rename(part, path);
    return result;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function collect(text: string, before: readonly Parameter[]): Parameter[] {
  return [...before, parameterOf(text)];
}
