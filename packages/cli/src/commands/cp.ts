import { basename, join } from "node:path";
import type { Command } from "commander";
import { interruption } from "../output/interruption.ts";
import { PartialFailure } from "../output/partial-failure.ts";
import { sayFailure } from "../output/say-failure.ts";
import { printJson, printLine, say } from "../output/terminal.ts";
import { UsageError } from "../output/usage-error.ts";
import type { Session, SessionOf } from "../session/open-session.ts";
import { type CopyOptions, copyFile, copyTree } from "../transfer/copy-tree.ts";
import { localEntry, localFile } from "../transfer/local-files.ts";
import { localName } from "../transfer/local-name.ts";
import { type Location, locationOf } from "../transfer/location.ts";
import { inBytes, showProgress } from "../transfer/progress.ts";
import { joined, listedFile, remoteEntry, withoutSlash } from "../transfer/remote-files.ts";
import { downloadTransfer, type Transfer, uploadTransfer, withinTransfer } from "../transfer/transfer.ts";
import { noCounts, type TransferCounts } from "../transfer/transfer-counts.ts";
import { wholeNumber } from "./whole-number.ts";
import { withRecursive } from "./with-recursive.ts";

interface CpOptions {
  readonly recursive?: boolean;
  readonly overwrite?: boolean;
  readonly parallel: number;
}

// Databricks asks callers of the Files API to stay below 10 requests at a time and 100 in a second.
const parallelMax = 10;
const perSecond = 90;

const help = `
A path that begins with /Volumes/ or dbfs:/Volumes/ is in the workspace, any other one on this machine. Write file:/Volumes/…
for a /Volumes of this machine.

With -r the contents of SOURCE go into TARGET. What TARGET has already is left alone if it is unchanged, so the same command
again continues where it was stopped. Unchanged means the same size, and for an upload: stored after the file last changed, for
a download: the same time, which a download takes over from the workspace. Symbolic links are left out.`;

/** `cp`: uploads, downloads and copies within the workspace. */
export function addCp(program: Command, sessionOf: SessionOf): void {
  withRecursive(program.command("cp"), "copy a directory")
    .description("copy files from, to and within volumes")
    .argument("<source>")
    .argument("<target>")
    .option("--overwrite", "replace files that are not the same")
    .option(
      "--parallel <count>",
      `how many files at a time, at most ${parallelMax}`,
      wholeNumber(1, parallelMax),
      8,
    )
    .addHelpText("after", help)
    .action(async (source: string, target: string, options: CpOptions, command: Command) => {
      const [from, to] = [locationOf(source), locationOf(target)];
      if (from.kind === "local" && to.kind === "local") {
        throw new UsageError("One of the two must be in the workspace: /Volumes/… or dbfs:/Volumes/…");
      }
      await copy(sessionOf(command), from, to, options);
    });
}

async function copy(session: Session, from: Location, to: Location, options: CpOptions): Promise<void> {
  const { signal, json } = session;
  const counts = noCounts();
  const began = performance.now();
  const endProgress = json ? () => undefined : showProgress(counts);
  const copyOptions: CopyOptions = {
    overwrite: options.overwrite ?? false,
    parallel: options.parallel,
    perSecond,
    counts,
    signal,
    onFailure: sayFailure,
    onCopied: (source, destination) =>
      void (json || process.stdout.isTTY || printLine(`${source} -> ${destination}`)),
  };
  try {
    await copyBetween(session, from, to, options, copyOptions);
  } catch (error) {
    const soFar = sentenceOf(counts, performance.now() - began);
    throw interruption(error, signal, `${soFar} The same command continues.`);
  } finally {
    endProgress();
  }
  if (json) await printJson(summaryOf(counts));
  else say(sentenceOf(counts, performance.now() - began));
  if (counts.failed > 0) throw new PartialFailure();
}

async function copyBetween(
  { client, signal }: Session,
  from: Location,
  to: Location,
  { recursive = false }: CpOptions,
  options: CopyOptions,
): Promise<void> {
  const find = async ({ kind, path }: Location) =>
    kind === "local" ? localEntry(path) : remoteEntry(client, path, signal);
  const [source, target] = [await find(from), await find(to)];
  if (source === undefined) throw new Error(`${from.path} does not exist.`);
  if (source.isDirectory && !recursive) throw new UsageError(`${from.path} is a directory: copy it with -r.`);
  if (from.kind === to.kind && `${folded(to.path)}/`.startsWith(`${withoutSlash(folded(from.path))}/`)) {
    throw new UsageError(`${to.path} is ${from.path} itself, or within it.`);
  }
  if (source.isDirectory && target?.isDirectory === false) throw new Error(`${to.path} is a file.`);

  const transferTo = (path: string): Transfer => {
    const ends = { client, from: from.path, to: path, signal };
    if (from.kind === "remote") return to.kind === "remote" ? withinTransfer(ends) : downloadTransfer(ends);
    return uploadTransfer(ends, (link, why) => {
      options.counts.leftOut += 1;
      say(`Left out: ${link}: ${why}.`);
    });
  };
  if (source.isDirectory) {
    await copyTree(transferTo(to.path), options);
    return;
  }
  const intoDirectory = target?.isDirectory === true || /[/\\]$/.test(to.path);
  const path = intoDirectory ? inDirectory(to, basename(from.path)) : to.path;
  const existing = intoDirectory ? await find({ ...to, path }) : target;
  const file = from.kind === "local" ? await localFile(from.path) : source;
  // Then the times decide, and only a listing has them in milliseconds. Who may not list has them in seconds.
  const areAlike = to.kind === "remote" && existing?.isDirectory === false && existing.size === file.size;
  const exact = async (location: Location) =>
    areAlike && location.kind === "remote"
      ? listedFile(client, location.path, signal).catch(() => undefined)
      : undefined;
  await copyFile(
    transferTo(path),
    (await exact(from)) ?? file,
    (await exact({ ...to, path })) ?? existing,
    options,
  );
}

function inDirectory({ kind, path }: Location, name: string): string {
  return kind === "local" ? join(path, localName(name)) : joined(path, [name]);
}

function summaryOf({ copied, unchanged, failed, leftOut, bytesMoved }: TransferCounts) {
  return { copied, unchanged, failed, left_out: leftOut, bytes: bytesMoved };
}

function sentenceOf(
  { copied, unchanged, failed, leftOut, bytesMoved }: TransferCounts,
  elapsedMs: number,
): string {
  const parts = [
    `${copied.toLocaleString("en")} copied (${inBytes(bytesMoved)} in ${(elapsedMs / 1_000).toFixed(1)} s)`,
  ];
  if (unchanged > 0) parts.push(`${unchanged.toLocaleString("en")} unchanged`);
  if (leftOut > 0) parts.push(`${leftOut.toLocaleString("en")} left out`);
  if (failed > 0) parts.push(`${failed.toLocaleString("en")} failed`);
  return `${parts.join(", ")}.`;
}

/** A path of the workspace for comparison: catalogs, schemas and volumes have no case in their names, what is in them has. */
function folded(path: string): string {
  return path.replace(/^(?:\/[^/]*){1,4}/, (names) => names.toLowerCase());
}
