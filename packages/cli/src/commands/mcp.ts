import type { Command } from "commander";
import { relay } from "../mcp/relay.ts";
import { stdout } from "../output/terminal.ts";
import type { SessionOf } from "../session/open-session.ts";

/** `mcp`: the front door's tools for an agent on this machine, over stdio. */
export function addMcp(program: Command, sessionOf: SessionOf): void {
  program
    .command("mcp")
    .description("serve an agent the front door's tools, over stdio (Model Context Protocol)")
    .option("--toolsets <names>", "the sets of tools, comma-separated: default, all, sql, files, jobs, …")
    .action(async ({ toolsets }: { toolsets?: string }, command: Command) => {
      const { url, headers, workspace, signal } = sessionOf(command);
      const address = new URL("mcp", url.endsWith("/") ? url : `${url}/`);
      if (toolsets !== undefined) address.searchParams.set("toolsets", toolsets);
      if (workspace !== undefined) address.searchParams.set("workspace", workspace);
      await relay({ url: address, headers, input: process.stdin, output: stdout, signal });
    });
}
