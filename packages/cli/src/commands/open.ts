import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Command } from "commander";
import { printJson, printLine } from "../output/terminal.ts";
import { hasDisplay } from "../session/environment.ts";
import type { SessionOf } from "../session/open-session.ts";

/** `open`: the front door in a browser. */
export function addOpen(program: Command, sessionOf: SessionOf): void {
  program
    .command("open")
    .description("open the front door in a browser, and print its address")
    .option("--print", "only print the address")
    .action(async ({ print = false }: { print?: boolean }, command: Command) => {
      const { url, json } = sessionOf(command);
      await (json ? printJson({ url }) : printLine(url));
      if (!print) await openInBrowser(url);
    });
}

/** Where there is no browser, nothing happens. */
async function openInBrowser(url: string): Promise<void> {
  const opener = openerOf(process.platform);
  if (opener === undefined) return;
  const [file, ...args] = opener;
  const child = spawn(file, [...args, url], { stdio: "ignore", detached: true });
  child.unref();
  await Promise.race([once(child, "spawn"), once(child, "error")]).catch(() => undefined);
}

/** Each of them takes the address as one argument, and no shell reads it. */
function openerOf(platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return hasDisplay() ? ["xdg-open"] : undefined;
}
