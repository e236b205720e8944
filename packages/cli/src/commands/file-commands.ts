import type { Api, FrontDoor } from "@front-door/api-client";
import type { Command } from "commander";
import { about } from "../output/about.ts";
import { PartialFailure } from "../output/partial-failure.ts";
import { printBytes } from "../output/print-bytes.ts";
import { printJsonArray } from "../output/print-list.ts";
import { sayFailure } from "../output/say-failure.ts";
import { printJson, printLine } from "../output/terminal.ts";
import type { SessionOf } from "../session/open-session.ts";
import { directoryEntries } from "../transfer/directory-entries.ts";
import { failsForAll } from "../transfer/fails-for-all.ts";
import { remotePath } from "../transfer/location.ts";
import { joined, remoteEntry, withoutSlash } from "../transfer/remote-files.ts";
import { withRecursive } from "./with-recursive.ts";

interface LsOptions {
  readonly long?: boolean;
  readonly absolute?: boolean;
  readonly recursive?: boolean;
}

/** `ls`, `cat`, `rm` and `mkdir`, with the habits of `databricks fs`. */
export function addFileCommands(program: Command, sessionOf: SessionOf): void {
  withRecursive(program.command("ls"), "show everything below it too")
    .description("list a directory of a volume, or the catalogs, schemas or volumes of /Volumes/…")
    .argument("<path>", "/Volumes/<catalog>/<schema>/<volume>/…, with or without dbfs: before it")
    .option("-l, --long", "show kind, size and time")
    .option("--absolute", "show whole paths")
    .action(async (text: string, options: LsOptions, command: Command) => {
      const path = remotePath(text);
      const { client, json, signal } = sessionOf(command);
      let failed = false;
      const entries = listed(client, path, options, signal, (directory, error) => {
        if (failsForAll(error, signal)) throw error;
        failed = true;
        sayFailure(directory, error);
      });
      await about(path, async () => (json ? printJsonArray(entries) : printEntries(entries, text, options)));
      if (failed) throw new PartialFailure();
    });

  program
    .command("cat")
    .description("print files of a volume")
    .argument("<path...>")
    .action(async (texts: string[], _options, command: Command) => {
      const paths = texts.map((text) => remotePath(text));
      const { client, signal } = sessionOf(command);
      for (const path of paths) {
        await about(path, async () => printBytes(await client.download(path, { signal })));
      }
    });

  withRecursive(program.command("rm"), "delete a directory and everything in it")
    .description("delete a file, or an empty directory")
    .argument("<path>")
    .action(async (text: string, { recursive = false }: { recursive?: boolean }, command: Command) => {
      const path = remotePath(text);
      const { client, json, signal } = sessionOf(command);
      await about(path, async () => {
        const entry = await remoteEntry(client, path, signal);
        if (entry?.isDirectory === true) await client.deleteDirectory({ path, recursive }, { signal });
        else await client.deleteFile({ path }, { signal });
      });
      if (json) await printJson({ path });
    });

  program
    .command("mkdir")
    .description("make a directory and its parents; one that exists stays as it is")
    .argument("<path>")
    .action(async (text: string, _options, command: Command) => {
      const path = remotePath(text);
      const { client, json, signal } = sessionOf(command);
      const made = await about(path, async () => client.createDirectory({ path }, { signal }));
      if (json) await printJson(made);
    });
}

/** `onUnreadable` hears of each directory below the path that cannot be listed. */
async function* listed(
  client: FrontDoor,
  path: string,
  { recursive = false }: LsOptions,
  signal: AbortSignal,
  onUnreadable: (path: string, error: unknown) => void,
): AsyncGenerator<Api.DirectoryEntry> {
  for await (const entry of directoryEntries(client, path, signal)) {
    yield entry;
    if (!recursive || !entry.is_directory) continue;
    try {
      yield* listed(client, entry.path, { recursive }, signal, onUnreadable);
    } catch (error) {
      onUnreadable(entry.path, error);
    }
  }
}

async function printEntries(
  entries: AsyncIterable<Api.DirectoryEntry>,
  text: string,
  { absolute = false, long = false }: LsOptions,
): Promise<void> {
  const before = text.startsWith("dbfs:") ? "dbfs:" : "";
  for await (const entry of entries) {
    const name = absolute ? before + entry.path : joined("", relative(remotePath(text), entry)).slice(1);
    await printLine(long ? `${facts(entry)} ${name}` : name);
  }
}

function relative(root: string, { path, name }: Api.DirectoryEntry): string[] {
  const top = `${withoutSlash(root)}/`;
  return path.startsWith(top) ? path.slice(top.length).split("/") : [name];
}

/** `FILE               120 2026-11-28T12:00:00Z` */
function facts({
  is_directory: isDirectory,
  file_size: size = 0,
  last_modified: modified,
}: Api.DirectoryEntry): string {
  const time = modified === undefined ? "" : new Date(modified).toISOString().replace(/\.\d+Z$/, "Z");
  return `${isDirectory ? "DIRECTORY" : "FILE     "} ${String(size).padStart(13)} ${time.padEnd(20)}`;
}
