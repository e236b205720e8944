import type * as z from "zod";
import { codeOf } from "./describe-error.ts";
import { type KnownSettings, likelyTypos } from "./likely-typos.ts";
import { readRegularFile } from "./read-regular-file.ts";
import { createRedactor } from "./redact.ts";
import { type Environment, type IgnoredLine, readSettingsFile } from "./settings-file.ts";
import type { SettingsReport } from "./settings-report.ts";

export interface SettingsDefinition<Fields extends z.core.$ZodLooseShape> {
  readonly fields: Fields;
  /** Their values are never shown. Each can come from a file, which the setting `<name>_FILE` names. */
  readonly secrets: readonly (keyof Fields & string)[];
  /** Settings in the same environment or files that other code reads. */
  readonly otherNames?: readonly string[];
  /** Only our names begin with these, so an unknown name that does is reported as a typo. */
  readonly prefixes: readonly string[];
}

export interface Settings<Fields extends z.core.$ZodLooseShape> {
  /** A setting that the report refuses has its default, or is undefined whatever its type says. */
  readonly values: z.output<z.ZodObject<Fields>>;
  /** The values as they were written, secrets from files among them. */
  readonly texts: Environment;
  /** The files that secrets were read from. */
  readonly secretFiles: readonly string[];
}

/**
 * Reads all settings and reports what is wrong with each. The environment wins over the files, and a later file over an
 * earlier one. A blank value counts as not set. Throws a ConfigError when a file cannot be read.
 */
export function readSettings<Fields extends z.core.$ZodLooseShape>(
  definition: SettingsDefinition<Fields>,
  { environment, files }: { readonly environment: Environment; readonly files: readonly string[] },
  report: SettingsReport,
): Settings<Fields> {
  const { secrets, otherNames = [], prefixes } = definition;
  const known = { names: [...settingNames(definition), ...otherNames], prefixes };
  const layers = files.map((file) => {
    const { values, ignoredLines } = readSettingsFile(file);
    warnOfNames(Object.keys(values), known, `in ${file} `, report);
    warnOfLines(ignoredLines, known, file, report);
    return values;
  });
  warnOfNames(Object.keys(environment), known, "", report);
  const given = [...layers, environment]
    .map(withoutBlank)
    .reduce((lower, upper) => overlaid(secrets, lower, upper), {});
  const texts = { ...given, ...secretsFromFiles(secrets, given, report) };
  return {
    values: parsed(definition, texts, report),
    texts,
    secretFiles: secrets.flatMap((name) => given[`${name}_FILE`] ?? []),
  };
}

/** The names of all settings of a definition, `_FILE` names among them. */
export function settingNames(definition: { readonly fields: object; readonly secrets: readonly string[] }) {
  const { fields, secrets } = definition;
  return [...Object.keys(fields), ...secrets.map((name) => `${name}_FILE`)];
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
  // Each field was parsed by its own schema. What a refused one has is documented at `values`.
  return Object.fromEntries(entries) as Settings<Fields>["values"];
}

const redact = createRedactor([], []);

/** A value for an error message: one short line, redacted in case somebody put a secret there by mistake. */
function shown(text: string): string {
  const safe = redact(text).slice(0, 100);
  return /^[\x21-\x7e]+$/.test(safe) ? safe : JSON.stringify(safe);
}

/** `upper` wins, also if one of the two has a secret and the other names a file for it. */
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

/** The contents of a mounted secret, without the newlines that editors add at the end. */
function readSecret(setting: string, file: string, report: SettingsReport): string | undefined {
  try {
    const secret = readRegularFile(file).replace(/(?<![\r\n])[\r\n]+$/, "");
    return secret === "" ? report.refuse(setting, "is empty: write the value into the file") : secret;
  } catch (error) {
    // Without the path, in case somebody put the secret itself there.
    if (codeOf(error) === "ENOTTEXT")
      return report.refuse(setting, "is not text in UTF-8: save it in that encoding");
    return report.refuse(setting, `cannot be read (${codeOf(error)}): mount the file, or make it readable`);
  }
}

function warnOfNames(
  names: readonly string[],
  known: KnownSettings,
  where: string,
  report: SettingsReport,
): void {
  for (const { name, meant } of likelyTypos(names, known)) {
    report.warnings.push(`${name} ${where}is not a setting and is ignored: did you mean ${meant}?`);
  }
}

function warnOfLines(
  lines: readonly IgnoredLine[],
  known: KnownSettings,
  file: string,
  report: SettingsReport,
): void {
  for (const { number, firstWord } of lines) {
    const [typo] = known.names.includes(firstWord) ? [{ meant: firstWord }] : likelyTypos([firstWord], known);
    // The line itself is not shown: it can be a secret.
    report.warnings.push(`Line ${number} in ${file} is ignored: write ${typo?.meant ?? "NAME"}=value`);
  }
}
