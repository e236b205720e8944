import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "pino";
import { codeOf } from "./describe-error.ts";
import { readRegularFile } from "./read-regular-file.ts";

export interface WatchedFile<Value> {
  /** The setting that names the file, for the log. */
  readonly setting: string;
  readonly file: string;
  /** Throws an Error whose message says where the text is wrong, and quotes no secret. */
  readonly parse: (text: string) => Value;
  readonly logger: Logger;
}

export interface Watched<Value> {
  readonly current: Value;
  close(): void;
}

/**
 * What a file says, which is read again within a second of a change. A change that cannot be read changes nothing, and is
 * logged as an error. Throws if the file cannot be read at the start.
 */
export function watchFileFor<Value>({ setting, file, parse, logger }: WatchedFile<Value>): Watched<Value> {
  let current = parse(readRegularFile(file));
  const onChange = () => {
    try {
      current = parse(readRegularFile(file));
      logger.info({ file }, `${setting} was read again`);
    } catch (error) {
      logger.error(
        { file, reason: reasonOf(error) },
        `${setting} changed and cannot be read: what it said before holds until the file is corrected`,
      );
    }
  };
  // Not `fs.watch`, which loses a mounted file that is replaced.
  watchFile(file, { interval: 500, persistent: false }, onChange);
  return {
    get current() {
      return current;
    },
    close: () => unwatchFile(file, onChange),
  };
}

/** Why the file cannot be used as it is now; undefined if it can. */
export function problemOfFile(file: string, parse: (text: string) => unknown): string | undefined {
  try {
    parse(readRegularFile(file));
    return undefined;
  } catch (error) {
    return `${file} cannot be used (${reasonOf(error)})`;
  }
}

/** The system's code for why a file cannot be read, or what is wrong with its text. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error ? codeOf(error) : error.message;
}
