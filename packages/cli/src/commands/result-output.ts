import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, open, rename, rm } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { QueryRequest } from "@front-door/api-client";
import { type Command, Option } from "commander";
import { isBinary, type ResultFormat, resultFormats, resultWriters } from "../formats/write-result.ts";
import { type Sink, say, sinkOf, stdout } from "../output/terminal.ts";
import { UsageError } from "../output/usage-error.ts";
import { partName } from "../transfer/part-name.ts";
import { wholeNumber } from "./whole-number.ts";

export interface OutputOptions {
  readonly output?: ResultFormat;
  readonly outputFile?: string;
  readonly rowLimit?: number;
}

/** The options of every command that writes rows. */
export function withOutput(command: Command): Command {
  return command
    .addOption(new Option("-o, --output <format>", "how to write the result").choices(resultFormats))
    .option("--output-file <file>", "write the result to a file, which is there when it is whole")
    .option("--row-limit <count>", "at most so many rows", wholeNumber(1));
}

/** Writes the whole result to the file, or to standard output. Throws if it is cut. */
export async function writeResult(
  query: QueryRequest,
  format: ResultFormat,
  { outputFile: file, rowLimit }: OutputOptions,
): Promise<void> {
  const write = async (sink: Sink) => resultWriters[format](query, sink, rowLimit);
  const note = file === undefined ? await write(stdout) : await intoFile(file, write);
  if (note !== undefined && process.stderr.isTTY) say(note);
}

/**
 * The format that was asked for, or else that of the file's ending. Where neither says one, a table on a terminal, CSV elsewhere.
 * Throws a UsageError if the two options contradict each other, or the ending is unknown.
 */
export function formatOf({ output, outputFile }: OutputOptions, json: boolean): ResultFormat {
  if (json && output !== undefined && output !== "json")
    throw new UsageError(`--json cannot be combined with --output ${output}.`);
  const ending = extname(outputFile ?? "").slice(1);
  const ofFile = resultFormats.find((each) => each === ending.toLowerCase());
  if (json && output === undefined && ofFile !== undefined && ofFile !== "json")
    throw new UsageError(`--json cannot be combined with the ending of ${outputFile}.`);
  const format = output ?? (json ? "json" : ofFile);
  if (format === undefined && ending !== "") {
    const known = resultFormats.join(", ");
    throw new UsageError(`The ending of ${outputFile} is unknown: set --output (formats: ${known}).`);
  }
  if (format === undefined) return stdout.isTerminal && outputFile === undefined ? "table" : "csv";
  if (isBinary(format) && outputFile === undefined && stdout.isTerminal) {
    throw new UsageError(`A terminal cannot show ${format}: redirect it, or name an --output-file.`);
  }
  return format;
}

/** The file appears when it is whole, in the place of what it replaces. A device, a pipe or a link stays, and gets the bytes. */
async function intoFile<Result>(path: string, write: (sink: Sink) => Promise<Result>): Promise<Result> {
  const existing = await lstat(path).catch(() => undefined);
  if (existing?.isFile() === false) return throughStream(createWriteStream(path), write);
  // Somebody else could have put a link there first: the name cannot be guessed, and must be new.
  const part = join(dirname(path), partName(randomUUID()));
  try {
    // Opened first: a stream that opens a file itself may still make it after it has been removed below.
    const file = await open(part, "wx", existing?.mode);
    const result = await throughStream(file.createWriteStream(), write);
    await rename(part, path);
    return result;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function throughStream<Result>(stream: Writable, write: (sink: Sink) => Promise<Result>) {
  const [result] = await Promise.all([write(sinkOf(stream)).finally(() => stream.end()), finished(stream)]);
  return result;
}
