import { z } from "zod";
import { readSeed } from "./state/seed.ts";
import { whyUnusable } from "./state/usable-folder.ts";

/** Invalid settings. The message has a line for each, for the person who starts the process. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const defaultDir = ".local-workspace";

const settings = {
  LOCAL_WORKSPACE_PORT: z.coerce.number().int().min(0).max(65_535).default(3003),
  LOCAL_WORKSPACE_DIR: z.string().min(1).default(defaultDir),
  LOCAL_WORKSPACE_TLS: z.enum(["true", "false"]).default("true"),
  LOCAL_WORKSPACE_SAMPLE_DATA: z.enum(["true", "false"]).default("true"),
  LOCAL_WORKSPACE_SEED: z.string().min(1).optional(),
  LOCAL_WORKSPACE_WAREHOUSE_START_MS: z.coerce.number().int().min(0).max(600_000).default(0),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
};

/** The variables that {@link readConfig} reads. */
export const settingNames = Object.keys(settings);

const EXPECTED: Record<keyof typeof settings, string> = {
  LOCAL_WORKSPACE_PORT: "must be between 0 and 65535",
  LOCAL_WORKSPACE_DIR: "must be the path of the state folder",
  LOCAL_WORKSPACE_TLS: "must be true or false",
  LOCAL_WORKSPACE_SAMPLE_DATA: "must be true or false",
  LOCAL_WORKSPACE_SEED: "must be the path of a JSON seed file",
  LOCAL_WORKSPACE_WAREHOUSE_START_MS: "must be between 0 and 600000",
  LOG_LEVEL: "must be trace, debug, info, warn, error, fatal, or silent",
};

export interface Config {
  port: number;
  dir: string;
  tls: boolean;
  sampleData: boolean;
  seedFile: string | undefined;
  warehouseStartMs: number;
  logLevel: z.infer<typeof settings.LOG_LEVEL>;
}

/**
 * Raises the size of libuv's thread pool; call it before anything uses the pool. DuckDB holds a thread of it for each
 * running statement, and files are read through it too: with Node's default of four, four slow statements stop everything.
 */
export function raiseThreadPool(environment: NodeJS.ProcessEnv = process.env): void {
  environment.UV_THREADPOOL_SIZE ??= "128";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, with what the command line sets in place of it. */
export function environmentWith(settings: Environment): Environment {
  return { ...process.env, ...settings };
}

/** Throws ConfigError, with a line for each invalid setting. A blank setting counts as unset. */
export function readConfig(environment: Environment = process.env): Config {
  const result = parse(environment);
  if (!result.success) throw new ConfigError(linesOf(result.error, environment).join("\n"));
  return {
    port: result.data.LOCAL_WORKSPACE_PORT,
    dir: result.data.LOCAL_WORKSPACE_DIR,
    tls: result.data.LOCAL_WORKSPACE_TLS === "true",
    sampleData: result.data.LOCAL_WORKSPACE_SAMPLE_DATA === "true",
    seedFile: result.data.LOCAL_WORKSPACE_SEED,
    warehouseStartMs: result.data.LOCAL_WORKSPACE_WAREHOUSE_START_MS,
    logLevel: result.data.LOG_LEVEL,
  };
}

/** All problems with the settings, one line each, including a state folder or a seed file that cannot be used. */
export function checkSettings(environment: Environment = process.env): {
  problems: string[];
  warnings: string[];
} {
  const result = parse(environment);
  const problems = result.success ? [] : linesOf(result.error, environment);
  const dir = environment["LOCAL_WORKSPACE_DIR"]?.trim() ? environment["LOCAL_WORKSPACE_DIR"] : defaultDir;
  const code = whyUnusable(dir);
  if (code !== undefined) {
    problems.push(`LOCAL_WORKSPACE_DIR must be a folder that this user can write to (got ${dir}: ${code})`);
  }
  try {
    readSeed(environment["LOCAL_WORKSPACE_SEED"]?.trim() ? environment["LOCAL_WORKSPACE_SEED"] : undefined);
  } catch (error) {
    problems.push(`LOCAL_WORKSPACE_SEED cannot be used: ${(error as Error).message}`);
  }
  return { problems, warnings: [] };
}

function parse(environment: Environment) {
  const given = Object.keys(settings).filter((name) => environment[name]?.trim());
  return z.object(settings).safeParse(Object.fromEntries(given.map((name) => [name, environment[name]])));
}

function linesOf(error: z.ZodError, environment: Environment): string[] {
  const names = new Set(error.issues.map(({ path }) => path[0] as keyof typeof settings));
  return [...names].map((name) => `${name} ${EXPECTED[name]} (got ${environment[name]})`);
}
