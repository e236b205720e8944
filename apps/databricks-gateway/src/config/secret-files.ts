import { readFileSync } from "node:fs";
import { ConfigError, type Environment } from "./config-error.ts";

/** The settings that may stand in a mounted file of their own, named by the setting with `_FILE` behind it. */
const mountable = [
  "GATEWAY_SECRET",
  "DATABRICKS_TOKEN",
  "DATABRICKS_CLIENT_ID",
  "DATABRICKS_CLIENT_SECRET",
] as const;

/** The settings with what their files say, without the newline at the end. Throws a {@link ConfigError}. */
export function withSecretFiles(environment: Environment): Environment {
  const resolved: Record<string, string | undefined> = { ...environment };
  for (const name of mountable) {
    const file = environment[`${name}_FILE`];
    if (file === undefined) continue;
    if (environment[name] !== undefined) {
      throw new ConfigError(`${name} and ${name}_FILE are both set: leave out one of them`);
    }
    resolved[name] = readSecret(`${name}_FILE`, file);
  }
  return resolved;
}

export function secretFilesOf(environment: Environment): string[] {
  return mountable.map((name) => environment[`${name}_FILE`]).filter((file) => file !== undefined);
}

function readSecret(setting: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/[\r\n]+$/, "");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new ConfigError(`${setting} cannot be read${code}: mount the file, or make it readable`);
  }
  if (text === "") throw new ConfigError(`${setting} is empty: write the value into the file`);
  return text;
}
