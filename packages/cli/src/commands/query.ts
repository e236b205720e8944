import type { Command } from "commander";
import { tableRows } from "../formats/table.ts";
import { interruption, statementIsCancelled } from "../output/interruption.ts";
import type { SessionOf } from "../session/open-session.ts";
import { formatOf, type OutputOptions, withOutput, writeResult } from "./result-output.ts";
import { readStatement, type StatementOptions, withStatement } from "./statement-input.ts";
import { wholeNumber } from "./whole-number.ts";

interface QueryOptions extends StatementOptions, OutputOptions {
  readonly timeout?: number;
}

const help = `
The statement is the argument, or a file (-f), or else standard input. A table has at most ${tableRows.toLocaleString("en")} rows; every other format has
all of them. Without --output a terminal gets a table and everything else CSV; --output-file goes by its ending.

A value goes beside the statement, never into it:
  front-door query "SELECT :day, :text" --param day:DATE=2024-01-31 --param text=hello
Without a type it is a STRING. The type VOID is NULL. A value for ? cannot be given here: write :name.`;

/** `query`: one SQL statement. */
export function addQuery(program: Command, sessionOf: SessionOf): void {
  withOutput(withStatement(program.command("query")))
    .description("run one SQL statement")
    .option("--timeout <seconds>", "how long the first rows may take, at most 300", wholeNumber(1, 300))
    .addHelpText("after", help)
    .action(async (sql: string | undefined, options: QueryOptions, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      const statement = await readStatement(sql, options, signal);
      const format = formatOf(options, json);
      const { rowLimit = format === "table" ? tableRows : undefined, timeout } = options;
      const query = client.executeQuery(
        {
          ...statement,
          ...(rowLimit === undefined ? {} : { row_limit: rowLimit }),
          ...(timeout === undefined ? {} : { timeout_ms: timeout * 1_000 }),
        },
        { signal },
      );
      await writeResult(query, format, options).catch((error: unknown) => {
        throw interruption(error, signal, statementIsCancelled);
      });
    });
}
