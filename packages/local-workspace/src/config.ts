import { z } from "zod";

/** An invalid setting. The message is one line for the person who starts the process. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const settings = {
  LOCAL_WORKSPACE_PORT: z.coerce.number().int().min(0).max(65_535).default(3003),
  LOCAL_WORKSPACE_DIR: z.string().min(1).default(".local-workspace"),
  LOCAL_WORKSPACE_TLS: z.enum(["true", "false"]).default("true"),
  LOCAL_WORKSPACE_SAMPLE_DATA: z.enum(["true", "false"]).default("true"),
  LOCAL_WORKSPACE_SEED: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
};

const EXPECTED: Record<keyof typeof settings, string> = {
  LOCAL_WORKSPACE_PORT: "a port number from 0 to 65535 (0 picks a free one)",
  LOCAL_WORKSPACE_DIR: "the path of the state folder",
  LOCAL_WORKSPACE_TLS: "true or false",
  LOCAL_WORKSPACE_SAMPLE_DATA: "true or false",
  LOCAL_WORKSPACE_SEED: "the path of a JSON seed file",
  LOG_LEVEL: "one of fatal, error, warn, info, debug, trace, silent",
};

export interface Config {
  port: number;
  dir: string;
  tls: boolean;
  sampleData: boolean;
  seedFile: string | undefined;
  logLevel: z.infer<typeof settings.LOG_LEVEL>;
}

/**
 * Raises the size of libuv's thread pool; call it before anything uses the pool. DuckDB holds a thread of it for each
 * running statement, and files are read through it too: with Node's default of four, four slow statements stop everything.
 */
export function raiseThreadPool(environment: NodeJS.ProcessEnv = process.env): void {
  environment.UV_THREADPOOL_SIZE ??= "128";
}

/** Throws ConfigError, which names the first invalid setting and what it must be. An empty setting counts as unset. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const result = z.object(settings).safeParse(given);
  if (!result.success) {
    const name = String(result.error.issues[0]?.path[0]) as keyof typeof settings;
    throw new ConfigError(`${name} must be ${EXPECTED[name]}, got "${environment[name]}".`);
  }
  return {
    port: result.data.LOCAL_WORKSPACE_PORT,
    dir: result.data.LOCAL_WORKSPACE_DIR,
    tls: result.data.LOCAL_WORKSPACE_TLS === "true",
    sampleData: result.data.LOCAL_WORKSPACE_SAMPLE_DATA === "true",
    seedFile: result.data.LOCAL_WORKSPACE_SEED,
    logLevel: result.data.LOG_LEVEL,
  };
}
