import { Command } from "commander";
import { addCall } from "./commands/call.ts";
import { addCatalogCommands } from "./commands/catalog-commands.ts";
import { addCompletion } from "./commands/completion.ts";
import { addCp } from "./commands/cp.ts";
import { addFileCommands } from "./commands/file-commands.ts";
import { addMcp } from "./commands/mcp.ts";
import { addOpen } from "./commands/open.ts";
import { addQuery } from "./commands/query.ts";
import { addStatements } from "./commands/statements.ts";
import { printableText } from "./output/printable.ts";
import { type GlobalOptions, openSession, type SessionOf } from "./session/open-session.ts";
import { version } from "./version.ts";

const afterHelp = `
Where and as whom:
  FRONT_DOOR_URL, FRONT_DOOR_API_KEY or FRONT_DOOR_TOKEN in the environment (or …_FILE: a file that holds it),
  or a profile in ~/.config/front-door/config:   [DEFAULT]
                                                 url = https://data.example.com
                                                 api_key_file = /run/secrets/front-door
  There is no option for a secret: other users of the machine can see the arguments of a process.

Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.`;

/** The whole command line. Parsing runs the command; wrong usage throws a CommanderError. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command("front-door")
    .description("Catalogs, files and SQL of Databricks, through Databricks Front Door.")
    .version(version)
    .option("--profile <name>", "a profile of the configuration file")
    .option("--workspace <name>", "the workspace, where the front door serves several")
    .option("--json", "print JSON")
    .addHelpText("after", afterHelp)
    .configureOutput({
      outputError: (text, write) => write(printableText(text.replace(/^error: /, "Error: "))),
    })
    .exitOverride();
  const sessionOf: SessionOf = (command) => openSession(command.optsWithGlobals<GlobalOptions>(), signal);
  addCatalogCommands(program, sessionOf);
  addFileCommands(program, sessionOf);
  addCp(program, sessionOf);
  addQuery(program, sessionOf);
  addStatements(program, sessionOf);
  addCall(program, sessionOf);
  addMcp(program, sessionOf);
  addOpen(program, sessionOf);
  addCompletion(program, signal);
  pointToHelp(program, program.name());
  return program;
}

/** After wrong usage each command names its own help. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(${words} --help shows how it is used)`);
  for (const each of command.commands) pointToHelp(each, `${words} ${each.name()}`);
}
