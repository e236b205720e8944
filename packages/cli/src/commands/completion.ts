import { Argument, type Command } from "commander";
import { candidates } from "../completion/candidates.ts";
import { completionScripts, type Shell, shells } from "../completion/completion-scripts.ts";
import { stdout } from "../output/terminal.ts";
import { openSession } from "../session/open-session.ts";

/** `completion`: the script that makes a shell complete commands, options and paths of volumes. */
export function addCompletion(program: Command, signal: AbortSignal): void {
  program
    .command("completion")
    .description("print the completion script of a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText(
      "after",
      '\n  bash, zsh: eval "$(front-door completion bash)"\n  fish: front-door completion fish | source',
    )
    .action(async (shell: Shell) => stdout.write(completionScripts[shell]));

  // The scripts call it with the words of the command line up to the cursor.
  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[]) => {
      const found = await candidates(program, words, (options) => openSession(options, signal).client);
      await stdout.write(found.map((candidate) => `${candidate}\n`).join(""));
    });
}
