import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { ConfigError } from "@front-door/service-runtime";
import type { Logger } from "pino";
import * as z from "zod";
import { allowsSomething } from "./allowed-operations.ts";

const apiKeyLine = z.strictObject({
  name: z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,127}$/, "must be 1 to 128 ASCII characters"),
  /** Of the key as it is sent. No salt and no slow hash: a key is 256 random bits, which nobody can try out. */
  sha256: z.string().regex(/^[\da-f]{64}$/, "must be 64 hexadecimal digits in lower case"),
  operations: z
    .array(
      z.string().refine(allowsSomething, 'must be an operation, the beginning of some like "list_*", or "*"'),
    )
    .min(1, 'must name an operation; "*" is all'),
  expires: z.iso.datetime({ offset: true, error: "must be a time like 2030-01-31T00:00:00Z" }).optional(),
});

export type ApiKey = z.output<typeof apiKeyLine>;

/** The hash of a key as the file has it. */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/**
 * A line of JSON for each key; empty lines and those that begin with `#` are people's own. Throws an Error that names
 * the line and the field, and no value.
 */
export function parseApiKeys(text: string): ApiKey[] {
  const seen = new Set<string>();
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line)) return [];
    const parsed = apiKeyLine.safeParse(parseJson(line));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(
        `line ${index + 1}: ${[issue?.path.join("."), issue?.message].filter(Boolean).join(" ")}`,
      );
    }
    if (seen.has(parsed.data.sha256)) throw new Error(`line ${index + 1}: the same key stands above`);
    seen.add(parsed.data.sha256);
    return [parsed.data];
  });
}

/** Why the file cannot be used as it is now. */
export function problemOfKeysFile(file: string): string | undefined {
  try {
    parseApiKeys(readFileSync(file, "utf8"));
    return undefined;
  } catch (error) {
    return unusable(file, error);
  }
}

function unusable(file: string, error: unknown): string {
  return `${file} cannot be used (${reasonOf(error)}): make it with ./scripts/api-key.sh`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const recheckMsDefault = 1_000;

/**
 * The keys of a file that is read again within a second of its change, so that a key can be revoked without a restart.
 * A change that cannot be read keeps the keys as they were, and is an error in the log. Throws a {@link ConfigError}
 * when the file cannot be read at the start.
 */
export class ApiKeys {
  readonly #file: string;
  readonly #logger: Logger;
  readonly #recheckMs: number;
  #keys: readonly ApiKey[];
  #version: string;
  #checkedAt = performance.now();

  constructor(file: string, logger: Logger, recheckMs = recheckMsDefault) {
    this.#file = file;
    this.#logger = logger;
    this.#recheckMs = recheckMs;
    this.#version = versionOf(file);
    try {
      this.#keys = parseApiKeys(readFileSync(file, "utf8"));
    } catch (error) {
      throw new ConfigError(`API_KEYS_FILE ${unusable(file, error)}`);
    }
  }

  /** The key's entry, unless it is unknown, revoked or expired. Every hash is compared, each in the same time. */
  find(key: string): ApiKey | undefined {
    this.#refresh();
    const hash = Buffer.from(hashApiKey(key), "hex");
    const matches = this.#keys.filter((each) => timingSafeEqual(Buffer.from(each.sha256, "hex"), hash));
    return matches.find(({ expires }) => expires === undefined || Date.parse(expires) > Date.now());
  }

  /** Looks at the file when somebody comes in, and not by `fs.watch`, which loses a mounted secret that is replaced. */
  #refresh(): void {
    if (performance.now() - this.#checkedAt < this.#recheckMs) return;
    this.#checkedAt = performance.now();
    const version = versionOf(this.#file);
    if (version === this.#version) return;
    this.#version = version;
    try {
      this.#keys = parseApiKeys(readFileSync(this.#file, "utf8"));
      this.#logger.info({ keys: this.#keys.map(({ name }) => name) }, "API keys were read again");
    } catch (error) {
      this.#logger.error(
        { file: this.#file, reason: reasonOf(error) },
        "API keys changed and cannot be read: those from before stay valid until the file is put right",
      );
    }
  }
}

/** Changes with every change of the file, also when it is another file in its place. */
function versionOf(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error ? String(error.code) : error.message;
}
