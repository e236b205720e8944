import type { FrontDoor } from "@front-door/api-client";
import type { Command, Option } from "commander";
import { printable } from "../output/printable.ts";

const patienceMs = 3_000;

/** What the last of the words can become: commands, options, their choices, paths of volumes. Empty if nothing fits. */
export async function candidates(
  program: Command,
  words: readonly string[],
  client: FrontDoor,
): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const { command, option } = whereIs(program, words.slice(0, -1));
  const found =
    option === undefined ? await fitting(program, command, current, client) : (option.argChoices ?? []);
  return found.filter((each) => each.startsWith(current) && printable(each) === each);
}

/** The command that the words name, and the option that still wants its value. */
function whereIs(
  program: Command,
  words: readonly string[],
): { command: Command; option: Option | undefined } {
  let command = program;
  let option: Option | undefined;
  for (const word of words) {
    if (option !== undefined) option = undefined;
    else if (word.startsWith("-"))
      option = optionsOf(program, command).find(
        (each) => each.required && [each.short, each.long].includes(word),
      );
    else command = command.commands.find((each) => each.name() === word) ?? command;
  }
  return { command, option };
}

async function fitting(
  program: Command,
  command: Command,
  current: string,
  client: FrontDoor,
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
  return /^(dbfs:)?\/V/.test(current) ? remotePaths(client, current).catch(() => []) : [];
}

function optionsOf(program: Command, command: Command): readonly Option[] {
  return [...new Set([...command.options, ...program.options])];
}

/** The entries of the directory that is being typed: catalogs, schemas, volumes, and then what a volume contains. */
async function remotePaths(client: FrontDoor, current: string): Promise<string[]> {
  const scheme = current.startsWith("dbfs:") ? "dbfs:" : "";
  const before = current.slice(scheme.length, current.lastIndexOf("/") + 1);
  const [, , catalog, schema, volume] = before.split("/");
  const signal = AbortSignal.timeout(patienceMs);
  const named = (name: string) => `${scheme}${before}${name}`;
  if (before === "/") return [`${scheme}/Volumes/`];
  if (!catalog) return (await client.listCatalogs({}, { signal }).all()).map(({ name }) => named(`${name}/`));
  if (!schema)
    return (await client.listSchemas({ catalog }, { signal }).all()).map(({ name }) => named(`${name}/`));
  if (!volume) {
    return (await client.listVolumes({ catalog, schema }, { signal }).all()).map(({ name }) =>
      named(`${name}/`),
    );
  }
  const { contents } = await client.listDirectory({ path: before.slice(0, -1) }, { signal });
  return contents.map(({ name, is_directory: isDirectory }) => named(isDirectory ? `${name}/` : name));
}
