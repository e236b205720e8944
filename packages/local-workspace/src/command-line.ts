import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { ConfigError } from "./config.ts";
import type { Seed } from "./state/seed.ts";

const help = `Usage: npx @front-door/local-workspace [--port <number>] [--dir <folder>]

Serves a Databricks workspace from a folder on this machine, on 127.0.0.1, until it is stopped.

  --port <number>  the port, 0 for a free one                   LOCAL_WORKSPACE_PORT, default 3003
  --dir <folder>   where its state is                           LOCAL_WORKSPACE_DIR, default .local-workspace
  --help, --version

Settings of the environment, for which there is no flag:

  LOCAL_WORKSPACE_TLS          true or false: https or http     default true
  LOCAL_WORKSPACE_SEED         a JSON file with users, catalogs and files for a new state folder
  LOCAL_WORKSPACE_SAMPLE_DATA  true or false: fills samples     default true
  LOCAL_WORKSPACE_WAREHOUSE_START_MS
                               how long a warehouse starts      default 0
  LOG_LEVEL                    of the JSON log on stderr        default info

It writes one line to stdout when it is ready, and in a terminal what a client needs to connect.
`;

/** What to print in place of serving, or the settings that the flags set. */
type CommandLine = { readonly print: string } | { readonly settings: Readonly<Record<string, string>> };

/** Throws ConfigError for an argument that does not exist. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const flags = parse(args);
  if (flags.help) return { print: help };
  if (flags.version) return { print: `${manifest.version}\n` };
  return {
    settings: {
      ...(flags.port === undefined ? {} : { LOCAL_WORKSPACE_PORT: flags.port }),
      ...(flags.dir === undefined ? {} : { LOCAL_WORKSPACE_DIR: flags.dir }),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      port: { type: "string" },
      dir: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", default: false },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new ConfigError(`${(error as Error).message}\nSee --help.`);
  }
}

/** What a person copies into a client, with the first user and warehouse of the seed. */
export function connection(url: string, caFile: string | undefined, seed: Seed): string {
  const [user] = seed.users;
  const [warehouse] = seed.warehouses;
  const lines = [
    ["address", url],
    ["CA", caFile],
    ["token", user && `${user.token} (${user.userName})`],
    ["HTTP path", warehouse && `/sql/1.0/warehouses/${warehouse.id} (${warehouse.name})`],
  ] as const;
  return lines
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(10)} ${value}\n`)
    .join("");
}
