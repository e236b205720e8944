import { resolve } from "node:path";
import { readRegularFile } from "@front-door/service-runtime";
import { parse } from "dotenv";
import type { Environment, SettingsFiles } from "./process-environments.ts";

/**
 * Reads the files that the two apps read themselves: SETTINGS_FILE or `apps/api/.env.local`, and the gateway's `.env` and
 * `.env.local`, of which the latter wins. A file need not exist. Throws an Error of one line for a file that cannot be
 * read, because without it a configured workspace would be taken for none.
 */
export function readSettingsFiles(root: string, environment: Environment): SettingsFiles {
  const gateway = resolve(root, "apps/databricks-gateway");
  const apiFile = environment["SETTINGS_FILE"] || resolve(root, "apps/api/.env.local");
  return {
    api: readSettingsFile(apiFile),
    gateway: {
      ...readSettingsFile(resolve(gateway, ".env")),
      ...readSettingsFile(resolve(gateway, ".env.local")),
    },
    apiFile,
  };
}

function readSettingsFile(file: string): Environment {
  try {
    return parse(readRegularFile(file));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "ENOENT") return {};
    if (error.code === "ENOTTEXT") {
      throw new Error(`The settings file ${file} is not text in UTF-8: save it in that encoding.`, {
        cause: error,
      });
    }
    throw new Error(
      `The settings file ${file} cannot be read (${String(error.code)}): make it readable or delete it.`,
      { cause: error },
    );
  }
}
