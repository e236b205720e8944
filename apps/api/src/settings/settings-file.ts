import { randomUUID } from "node:crypto";
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "dotenv";

/** No quoting makes dotenv read the value back, or writing it would change something else in the file. */
export class UnwritableSettingError extends Error {
  override readonly name = "UnwritableSettingError";
}

export interface SettingsFile {
  /** The value that dotenv reads, or undefined if there is none. */
  read(name: string): Promise<string | undefined>;
  /** Sets one setting, or removes it if the value is undefined. Everything else in the file stays byte for byte. */
  write(name: string, value: string | undefined): Promise<void>;
}

/** A `.env` file that people edit too. Writes are atomic, and this process makes one at a time. */
export function openSettingsFile(file: string): SettingsFile {
  let lastWrite: Promise<unknown> = Promise.resolve();
  return {
    async read(name) {
      return valueOf(await readText(file), name);
    },
    write(name, value) {
      const write = lastWrite.then(() => writeSetting(file, name, value));
      lastWrite = write.catch(() => undefined);
      return write;
    },
  };
}

async function writeSetting(file: string, name: string, value: string | undefined): Promise<void> {
  const text = await readText(file);
  const changed = withSetting(text, name, value);
  if (changed !== text) await replaceFile(file, changed);
}

// The regular expression of dotenv 18, with two groups more: what is before the value, and the value. It takes quadratic
// time on blank lines, as dotenv's own does, and reads nothing but the operator's own file.
const assignment =
  // oxlint-disable-next-line regexp/no-super-linear-backtracking, regexp/no-super-linear-move
  /(?:^|^)(\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?))(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?(?:$|$)/gm;

/** The text with the setting set, or removed. Throws {@link UnwritableSettingError} rather than change anything else. */
export function withSetting(text: string, name: string, value: string | undefined): string {
  const changed = value === undefined ? removed(text, name) : assigned(text, name, quoted(name, value));
  const expected: Record<string, string> = { ...parse(text) };
  delete expected[name];
  if (value !== undefined) expected[name] = value;
  if (!isDeepStrictEqual({ ...parse(changed) }, expected)) {
    throw new UnwritableSettingError(`${name} cannot be written without changing other settings`);
  }
  return changed;
}

/** As a person would write it: bare if possible, or in the first kind of quotes that dotenv reads back. */
function quoted(name: string, value: string): string {
  // Bare only what a shell that sources the file takes literally too.
  const bare = /^[\w.-]*$/.test(value) ? [value] : [];
  const ways = [...bare, `'${value}'`, `"${value}"`, `\`${value}\``];
  const way = ways.find((each) => valueOf(`${name}=${each}\n`, name) === value);
  if (way === undefined) throw new UnwritableSettingError(`${name} has a value that no quoting can hold`);
  return way;
}

function assigned(text: string, name: string, written: string): string {
  // dotenv takes the last assignment of a name.
  const last = assignmentsOf(text, name).at(-1);
  if (last) return text.slice(0, last.valueStart) + written + text.slice(last.valueEnd);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const separator = text === "" || /[\r\n]$/.test(text) ? "" : lineEnd;
  return `${text}${separator}${name}=${written}${lineEnd}`;
}

function removed(text: string, name: string): string {
  return assignmentsOf(text, name).reduceRight((rest, { start, end }) => {
    const after = rest.slice(end).replace(/^[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)?/, "");
    return rest.slice(0, start) + after;
  }, text);
}

interface Assignment {
  /** Where its line begins, after white space and empty lines. */
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly end: number;
}

function assignmentsOf(text: string, name: string): Assignment[] {
  return [...text.matchAll(assignment)]
    .filter((match) => match[2] === name)
    .map((match) => {
      const [, before = "", , value = ""] = match;
      const leading = before.length - before.trimStart().length;
      // dotenv trims spaces and line breaks around a value.
      const valueStart = match.index + before.length + (value.length - value.trimStart().length);
      const valueEnd = valueStart + value.trim().length;
      return { start: match.index + leading, valueStart, valueEnd, end: valueEnd };
    });
}

function valueOf(text: string, name: string): string | undefined {
  const values = parse(text);
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  });
  try {
    // Decoding must lose nothing: neither a byte that is not UTF-8 nor a byte order mark.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new UnwritableSettingError("the settings file is not UTF-8", { cause });
  }
}

/** Replaces the whole file and keeps its mode. A crash leaves either the old file or the new one. */
async function replaceFile(file: string, text: string): Promise<void> {
  // A rename onto a symbolic link would replace the link.
  const target = await realpath(file).catch((error: unknown) => {
    if (isMissing(error)) return file;
    throw error;
  });
  const mode = await stat(target).then(
    (old) => old.mode & 0o777,
    () => 0o600,
  );
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await writeWhole(temporary, text, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await using folder = await open(dirname(target), "r");
  await folder.sync();
}

async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  await using handle = await open(file, "wx", mode);
  // The mode given to `open` is cut by the umask.
  await handle.chmod(mode);
  await handle.writeFile(text);
  await handle.sync();
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
