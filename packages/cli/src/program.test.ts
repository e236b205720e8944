import { expect, it } from "vitest";
import { createProgram } from "./program.ts";

it("completion --help names the shells", () => {
  const { commands } = createProgram(new AbortController().signal);
  const help = commands.find((command) => command.name() === "completion")?.helpInformation();
  expect(help).toContain('(choices: "bash", "zsh", "fish")');
});
