import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse as parseIni } from "ini";
import * as z from "zod";
import { ConfigError } from "./config-error.ts";
import type { Credentials } from "./own-identity.ts";
import { visible, warehouseHttpPath, warehouseIdText, workspaceAddress } from "./workspace-address.ts";

export interface Profile {
  readonly name: string;
  readonly origin: string | undefined;
  /** Undefined for a profile that only says where. */
  readonly credentials: Credentials | undefined;
  readonly httpPath: string | undefined;
}

const profileSection = z.object({
  host: workspaceAddress.optional(),
  token: visible.optional(),
  client_id: visible.optional(),
  client_secret: visible.optional(),
  http_path: warehouseHttpPath.optional(),
  warehouse_id: warehouseIdText.optional(),
});

/** The profiles of one file of the Databricks CLI. Throws a {@link ConfigError} that begins with `setting`. */
export class Profiles {
  readonly file: string;
  #sections: Record<string, unknown> | undefined;

  constructor(file: string | undefined) {
    this.file = (file ?? join(homedir(), ".databrickscfg")).replace(/^~(?=\/)/, homedir());
  }

  read(name: string, setting: string): Profile {
    const fail = (what: string): never => {
      throw new ConfigError(`${setting} ${what}`);
    };
    const section = profileSection.safeParse(sectionOf(this.#load(setting), name));
    if (!section.success) {
      const [issue] = section.error.issues;
      const what = issue === undefined || issue.path.length === 0 ? "is not in the file" : issue.message;
      return fail(`"${name}": ${[issue?.path.join("."), what].filter(Boolean).join(" ")}`);
    }
    const { host, token, client_id: clientId, client_secret: clientSecret } = section.data;
    const { http_path: httpPath, warehouse_id: warehouseId } = section.data;
    if ((clientId === undefined) !== (clientSecret === undefined)) {
      return fail(`"${name}" has one half of client_id and client_secret without the other`);
    }
    return {
      name,
      origin: host,
      credentials: credentialsOf(token, clientId, clientSecret),
      httpPath: httpPath ?? (warehouseId === undefined ? undefined : `/sql/1.0/warehouses/${warehouseId}`),
    };
  }

  #load(setting: string): Record<string, unknown> {
    try {
      this.#sections ??= parseIni(readFileSync(this.file, "utf8"));
      return this.#sections;
    } catch {
      throw new ConfigError(
        `${setting} cannot be read: make the file with \`databricks configure\`, or set DATABRICKS_CONFIG_FILE`,
      );
    }
  }
}

function credentialsOf(
  token: string | undefined,
  clientId: string | undefined,
  clientSecret: string | undefined,
): Credentials | undefined {
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  return token === undefined ? undefined : { token };
}

/** `ini` takes the dots of a section's name for nesting: `[my.profile]` is `{ my: { profile } }`. */
function sectionOf(sections: Record<string, unknown>, name: string): unknown {
  let section: unknown = sections;
  for (const part of name.split(".")) {
    if (typeof section !== "object" || section === null || !Object.hasOwn(section, part)) return undefined;
    section = (section as Record<string, unknown>)[part];
  }
  return section;
}
