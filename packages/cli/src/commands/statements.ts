import type { Command } from "commander";
import { printObject } from "../output/print-list.ts";
import { printTable } from "../output/print-table.ts";
import { printJson } from "../output/terminal.ts";
import type { Open } from "../session/open-session.ts";
import { wholeNumber } from "./whole-number.ts";

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
    .command("get")
    .description("show the state of a statement")
    .argument("<id>")
    .action(async (id: string, _options, command: Command) => {
      const { client, json, signal } = open(command);
      await printObject(await client.getStatement({ statement_id: id }, { signal }), json);
    });

  statements
    .command("result")
    .description("print one chunk of the rows of a statement that has succeeded")
    .argument("<id>")
    .option("--chunk <number>", "from 0", wholeNumber(0), 0)
    .action(async (id: string, { chunk }: { chunk: number }, command: Command) => {
      const { client, json, signal } = open(command);
      const result = await client.getStatementResultChunk({ statement_id: id, chunk }, { signal });
      if (json) {
        await printJson(result);
        return;
      }
      const { columns = [] } = await client.getStatement({ statement_id: id }, { signal });
      const rows = result.rows.map((row) => row.map((cell) => cell ?? "NULL"));
      await printTable(columns, rows);
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
