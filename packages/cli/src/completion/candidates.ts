import type { FrontDoor } from "@front-door/api-client";
import type { Command, Option } from "commander";
import { printable } from "../output/printable.ts";
import type { GlobalOptions } from "../session/open-session.ts";
import { directoryEntries } from "../transfer/directory-entries.ts";

const patienceMs = 3_000;

/** Connects as the options on the command line say. */
type Connect = (options: Pick<GlobalOptions, "profile" | "workspace">) => FrontDoor;

/** What the last of the words can become: commands, options, their choices, paths of volumes. Empty if nothing fits. */
export async function candidates(
  program: Command,
  words: readonly string[],
  connect: Connect,
): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const before = readWords(program, words.slice(0, -1));
  const found =
    before.option === undefined
      ? await fitting(program, before, current, connect)
      : (before.option.argChoices ?? []);
  return found.filter((each) => each.startsWith(current) && printable(each) === each);
}

interface WordsRead {
  /** The command that the words name. */
  readonly command: Command;
  /** The option that still wants its value. */
  readonly option: Option | undefined;
  readonly values: Readonly<Record<string, string>>;
}

function readWords(program: Command, words: readonly string[]): WordsRead {
  let command = program;
  let option: Option | undefined;
  const values: Record<string, string> = {};
  for (const word of words) {
    // bash makes a word of the sign in --profile=name.
    if (option !== undefined && word === "=") continue;
    if (option !== undefined) {
      values[option.attributeName()] = word;
      option = undefined;
    } else if (word.startsWith("-")) {
      const [name = "", ...value] = word.split("=");
      option = optionsOf(program, command).find(
        (each) => each.required && [each.short, each.long].includes(name),
      );
      if (option !== undefined && value.length > 0) {
        values[option.attributeName()] = value.join("=");
        option = undefined;
      }
    } else command = command.commands.find((each) => each.name() === word) ?? command;
  }
  return { command, option, values };
}

async function fitting(
  program: Command,
  { command, values }: WordsRead,
  current: string,
  connect: Connect,
): Promise<string[]> {
  if (current.startsWith("-")) {
    return optionsOf(program, command).flatMap(({ long, short }) =>
      [long, short].filter((each) => each !== undefined),
    );
  }
  const commands = command.createHelp().visibleCommands(command);
  if (command.commands.length > 0) return commands.map((each) => each.name());
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  if (choices.length > 0) return choices;
  if (!/^(dbfs:)?\/V/.test(current)) return [];
  try {
    return await remotePaths(connect(values), current);
  } catch {
    return [];
  }
}

function optionsOf(program: Command, command: Command): readonly Option[] {
  return [...new Set([...command.options, ...program.options])];
}

/** The entries of the directory that is being typed. After three seconds, those that are known by then. */
async function remotePaths(client: FrontDoor, current: string): Promise<string[]> {
  const scheme = current.startsWith("dbfs:") ? "dbfs:" : "";
  const before = current.slice(scheme.length, current.lastIndexOf("/") + 1);
  if (before === "/") return [`${scheme}/Volumes/`];
  const found: string[] = [];
  try {
    for await (const entry of directoryEntries(client, before.slice(0, -1), AbortSignal.timeout(patienceMs)))
      found.push(`${scheme}${before}${entry.name}${entry.is_directory ? "/" : ""}`);
  } catch {
    // Nobody asked for a message here.
  }
  return found;
}
