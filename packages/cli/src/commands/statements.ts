import type { Command } from "commander";
import { printList, printObject } from "../output/print-list.ts";
import type { Open } from "../session/open-session.ts";
import { formatOf, type OutputOptions, withOutput, writeResult } from "./result-output.ts";

/** `statements`: SQL that outlives a request. */
export function addStatements(program: Command, open: Open): void {
  const statements = program.command("statements").description("statements that outlive a request");

  statements
    .command("submit")
    .description("start a statement, and print its id")
    .argument("<sql>")
    .option("--wait", "wait until it has ended; Ctrl-C cancels it")
    .action(async (sql: string, { wait = false }: { wait?: boolean }, command: Command) => {
      const { client, json, signal } = open(command);
      const submitted = wait
        ? client.runStatement({ sql }, { signal })
        : client.submitStatement({ sql }, { signal });
      await printObject(await submitted, json);
    });

  statements
    .command("list")
    .description("list the statements that you submitted in the last 24 hours")
    .action(async (_options, command: Command) => {
      const { client, json, signal } = open(command);
      await printList(client.listStatements({}, { signal }), ["statement_id", "state", "sql"], json);
    });

  statements
    .command("get")
    .description("show the state of a statement")
    .argument("<id>")
    .action(async (id: string, _options, command: Command) => {
      const { client, json, signal } = open(command);
      await printObject(await client.getStatement({ statement_id: id }, { signal }), json);
    });

  withOutput(statements.command("result"))
    .description("print the rows of a statement that has succeeded")
    .argument("<id>")
    .action(async (id: string, options: OutputOptions, command: Command) => {
      const { client, json, signal } = open(command);
      const format = formatOf(options, json);
      const result = client.getStatementResult({ statement_id: id }, { signal });
      await writeResult(result, format, options.outputFile);
    });

  statements
    .command("cancel")
    .description("cancel a statement")
    .argument("<id>")
    .action(async (id: string, _options, command: Command) => {
      const { client, signal } = open(command);
      await client.cancelStatement({ statement_id: id }, { signal });
    });
}
