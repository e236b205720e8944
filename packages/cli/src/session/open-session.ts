import { createClient, type FrontDoor } from "@front-door/api-client";
import type { Command } from "commander";
import { say } from "../output/terminal.ts";
import { readConnection } from "./read-connection.ts";

/** The options that every command has. */
export interface GlobalOptions {
  readonly profile?: string;
  readonly json?: boolean;
  readonly workspace?: string;
}

/** What a command works with. */
export interface Session {
  readonly client: FrontDoor;
  readonly url: string;
  /** Those that say who calls, for a request that the client does not make. */
  readonly headers: Readonly<Record<string, string>>;
  readonly workspace?: string;
  readonly json: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Gives a command its session. Throws a UsageError if a setting cannot be used. */
export type SessionOf = (command: Command) => Session;

/** What the options ask for. Throws a UsageError if a setting cannot be used. */
export function openSession(
  { profile, json = false, workspace }: GlobalOptions,
  signal: AbortSignal,
): Session {
  const { url, apiKey, token, warnings } = readConnection(profile);
  for (const warning of warnings) say(`Warning: ${warning}`);
  const client = createClient({
    baseUrl: url,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(token === undefined ? {} : { token }),
    ...(workspace === undefined ? {} : { workspace }),
    // A command waits a little longer than a page would.
    retries: 4,
  });
  const headers = {
    ...(apiKey === undefined ? {} : { "x-api-key": apiKey }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return { client, url, headers, ...(workspace === undefined ? {} : { workspace }), json, signal };
}
