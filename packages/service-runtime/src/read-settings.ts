import { readFileSync } from "node:fs";
import type * as z from "zod";
import { type KnownSettings, likelySlips } from "./likely-slips.ts";
import { createRedactor } from "./redact.ts";
import { type FileSettings, readSettingsFile } from "./settings-file.ts";
import type { SettingsReport } from "./settings-report.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingsDefinition<Fields extends z.core.$ZodLooseShape> {
  readonly fields: Fields;
  /** Their values are never shown. Each may be in a file of its own, which the setting named `<name>_FILE` says. */
  readonly secrets: readonly (keyof Fields & string)[];
  /** Further names that may be in the same places, and are read by others. */
  readonly otherNames?: readonly string[];
  /** What only names of ours begin with: other names that begin so are taken for slips. */
  readonly prefixes: readonly string[];
}

export interface SettingsSources {
  /** Wins over the files. */
  readonly environment: Environment;
  /** Paths; a later one wins over an earlier one. A file that is not there says nothing. */
  readonly files: readonly string[];
}

export interface Settings<Fields extends z.core.$ZodLooseShape> {
  /** One that is in the report has its default here, or is undefined whatever its type says. */
  readonly values: z.output<z.ZodObject<Fields>>;
  /** The values as they were written, secrets from files among them. */
  readonly texts: Environment;
  /** The files that secrets were read from. */
  readonly secretFiles: readonly string[];
}

/**
 * Reads all settings and reports what is wrong with each. A blank value counts as not set. Undefined when a file cannot
 * be read, since nothing can be said about the settings then.
 */
export function readSettings<Fields extends z.core.$ZodLooseShape>(
  definition: SettingsDefinition<Fields>,
  sources: SettingsSources,
  report: SettingsReport,
): Settings<Fields> | undefined {
  const files = sources.files.map((file) => ({ file, content: readReported(file, report) }));
  const layers: Environment[] = [];
  const { otherNames = [], prefixes } = definition;
  const known = { names: [...settingNames(definition), ...otherNames], prefixes };
  for (const { file, content } of files) {
    if (content === undefined) return undefined;
    warnOfSlips(known, `in ${file} `, content, report);
    layers.push(content.values);
  }
  warnOfSlips(known, "", { values: sources.environment, ignoredLines: [] }, report);
  const given = [...layers, sources.environment]
    .map(withoutBlank)
    .reduce((lower, upper) => overlaid(definition.secrets, lower, upper), {});
  const texts = { ...given, ...secretsFromFiles(definition.secrets, given, report) };
  return {
    values: parsed(definition, texts, report),
    texts,
    secretFiles: definition.secrets.flatMap((name) => given[`${name}_FILE`] ?? []),
  };
}

/** The names of all settings of a definition, `_FILE` names among them. */
export function settingNames(definition: { readonly fields: object; readonly secrets: readonly string[] }) {
  const { fields, secrets } = definition;
  return [...Object.keys(fields), ...secrets.map((name) => `${name}_FILE`)];
}

function readReported(file: string, report: SettingsReport): FileSettings | undefined {
  try {
    return readSettingsFile(file);
  } catch (error) {
    return report.refuse(file, `cannot be read${codeOf(error)}: make it readable, or delete it`);
  }
}

function parsed<Fields extends z.core.$ZodLooseShape>(
  { fields, secrets }: SettingsDefinition<Fields>,
  texts: Environment,
  report: SettingsReport,
): Settings<Fields>["values"] {
  const entries = Object.entries(fields as Record<string, z.ZodType>).map(([name, field]) => {
    const result = field.safeParse(report.has(name) ? undefined : texts[name]);
    if (result.success) return [name, result.data];
    const got = texts[name] === undefined || secrets.includes(name) ? "" : ` (got ${shown(texts[name])})`;
    report.refuse(name, `${result.error.issues[0]?.message}${got}`);
    return [name, field.safeParse(undefined).data];
  });
  // Each field was parsed by its own schema; what a refused one has is said at the property.
  return Object.fromEntries(entries) as Settings<Fields>["values"];
}

const redact = createRedactor([], []);

/** A value as an error message may have it: one line, not long, and no secret even where one was put by mistake. */
function shown(text: string): string {
  const safe = redact(text).slice(0, 100);
  return /^[\x21-\x7e]+$/.test(safe) ? safe : JSON.stringify(safe);
}

/** `upper` wins, also where one of the two has a secret and the other the name of a file with it. */
function overlaid(secrets: readonly string[], lower: Environment, upper: Environment): Environment {
  const set = secrets.filter((name) => name in upper || `${name}_FILE` in upper);
  const overruled = new Set(set.flatMap((name) => [name, `${name}_FILE`]));
  return { ...Object.fromEntries(Object.entries(lower).filter(([name]) => !overruled.has(name))), ...upper };
}

function withoutBlank(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

function secretsFromFiles(secrets: readonly string[], given: Environment, report: SettingsReport) {
  const fromFiles: Record<string, string> = {};
  for (const name of secrets) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] === undefined) {
      const secret = readSecret(`${name}_FILE`, file, report);
      if (secret !== undefined) fromFiles[name] = secret;
    } else {
      report.refuse(name, `and ${name}_FILE are both set: leave out one of them`);
    }
  }
  return fromFiles;
}

/** What a mounted secret holds, without the newlines that editors put at its end. */
function readSecret(setting: string, file: string, report: SettingsReport): string | undefined {
  try {
    const secret = readFileSync(file, "utf8").replace(/(?<![\r\n])[\r\n]+$/, "");
    return secret === "" ? report.refuse(setting, "is empty: write the value into the file") : secret;
  } catch (error) {
    // Without the path: somebody may have written the secret itself there.
    return report.refuse(setting, `cannot be read${codeOf(error)}: mount the file, or make it readable`);
  }
}

function warnOfSlips(
  known: KnownSettings,
  where: string,
  { values, ignoredLines }: FileSettings,
  report: SettingsReport,
): void {
  for (const { name, meant } of likelySlips(Object.keys(values), known)) {
    report.warnings.push(`${name} ${where}is not a setting and is ignored: did you mean ${meant}?`);
  }
  for (const { number, firstWord } of ignoredLines) {
    const [slip] = known.names.includes(firstWord) ? [{ meant: firstWord }] : likelySlips([firstWord], known);
    const example = slip?.meant ?? "NAME";
    report.warnings.push(`Line ${number} ${where}is ignored: write ${example}=value`);
  }
}

/** ` (ENOENT)` of the system's errors. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
}
