import { type Command, Option } from "commander";

/** Adds `-r`. Whoever is used to `cp -R` gets the same. */
export function withRecursive(command: Command, description: string): Command {
  return command
    .option("-r, --recursive", description)
    .addOption(new Option("-R").hideHelp())
    .on("option:R", () => void command.setOptionValue("recursive", true));
}
