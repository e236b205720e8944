import type { Command } from "commander";
import { interruption, statementIsCancelled } from "../output/interruption.ts";
import { printList, printObject } from "../output/print-list.ts";
import { printJson, printLine } from "../output/terminal.ts";
import { UsageError } from "../output/usage-error.ts";
import type { SessionOf } from "../session/open-session.ts";
import { formatOf, type OutputOptions, withOutput, writeResult } from "./result-output.ts";
import { readStatement, type StatementOptions, withStatement } from "./statement-input.ts";

interface SubmitOptions extends StatementOptions {
  readonly wait?: boolean;
}

/** `statements`: SQL that outlives a request. */
export function addStatements(program: Command, sessionOf: SessionOf): void {
  const statements = program.command("statements").description("statements that outlive a request");

  withStatement(statements.command("submit"))
    .description("start a statement, and print its id")
    .option("--wait", "wait until it has ended; Ctrl-C cancels it")
    .action(async (sql: string | undefined, options: SubmitOptions, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      const statement = await readStatement(sql, options, signal);
      const submitted = await (options.wait
        ? client.runStatement(statement, { signal }).catch((error: unknown) => {
            throw interruption(error, signal, statementIsCancelled);
          })
        : client.submitStatement(statement, { signal }));
      await (json ? printJson(submitted) : printLine(submitted.statement_id));
    });

  statements
    .command("list")
    .description("list the statements that you submitted in the last 24 hours")
    .action(async (_options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      await printList(client.listStatements({}, { signal }), ["statement_id", "state", "sql"], json);
    });

  statements
    .command("get")
    .description("show the state of a statement")
    .argument("<id>")
    .action(async (id: string, _options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      await printObject(await client.getStatement({ statement_id: id }, { signal }), json);
    });

  withOutput(statements.command("result"))
    .description("print the rows of a statement that has succeeded")
    .argument("<id>")
    .action(async (id: string, options: OutputOptions, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      const format = formatOf(options, json);
      if (options.rowLimit !== undefined && format !== "table") {
        throw new UsageError(`--row-limit limits a table here, got --output ${format}.`);
      }
      const result = client.getStatementResult({ statement_id: id }, { signal });
      await writeResult(result, format, options);
    });

  statements
    .command("cancel")
    .description("cancel a statement")
    .argument("<id>")
    .action(async (id: string, _options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      await client.cancelStatement({ statement_id: id }, { signal });
      if (json) await printJson({ statement_id: id });
    });
}
