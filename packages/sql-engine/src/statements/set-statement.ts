import { requireTimeZone } from "../session-mode.ts";
import type { SessionState } from "../session-state.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import {
  catalogNotFound,
  done,
  listing,
  type Outcome,
  type StatementRun,
  schemaNotFound,
} from "../statement-run.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { offsetText, UTC } from "../time-zone.ts";
import { newScope } from "../translate/scope.ts";
import { STRING } from "../types/data-type.ts";

const KEY_VALUE = [
  { name: "key", type: STRING },
  { name: "value", type: STRING },
];

const isBoolean = (value: string): boolean => /^(?:true|false)$/i.test(value);

/** The settings that SET accepts, with the only values that the engine can honour. */
const ALLOWED: Record<string, (value: string) => boolean> = {
  // Every statement commits. A transaction of several needs a catalog that commits them together.
  autocommit: (value) => /^true$/i.test(value),
  ansi_mode: isBoolean,
  enable_photon: () => true,
  legacy_time_parser_policy: (value) => /^(exception|corrected)$/i.test(value),
  max_file_partition_bytes: () => true,
  query_tags: () => true,
  read_only_external_metastore: () => true,
  statement_timeout: (value) => /^\d+$/.test(value),
  // Checked by requireTimeZone.
  timezone: () => true,
  use_cached_result: () => true,
};

/** Databricks' name of a setting that has Spark's too. */
const NAMES: Record<string, string> = {
  "spark.sql.ansi.enabled": "ansi_mode",
  "spark.sql.session.timezone": "timezone",
};

const settingName = (key: string): string => NAMES[key.toLowerCase()] ?? key.toLowerCase();

/** Stores a setting. Throws if the engine cannot honour its value. */
export function setConfiguration(
  configuration: Map<string, string>,
  key: string,
  value: string,
  regions: ReadonlySet<string>,
): void {
  const name = settingName(key);
  const accepts = ALLOWED[name];
  if (accepts === undefined)
    throw new SqlError("CONFIG_NOT_AVAILABLE", `Configuration ${key} is not available.`);
  if (name === "autocommit" && /^false$/i.test(value))
    throw unsupported("TRANSACTIONS", "AUTOCOMMIT = FALSE: every statement commits");
  if (!accepts(value)) throw unsupported("CONFIGURATION", `${key} = ${value}`);
  if (name === "timezone") requireTimeZone(value, regions);
  configuration.set(name, value);
}

const DEFAULTS: Record<string, string> = { autocommit: "true", ansi_mode: "true", timezone: UTC.id };

export async function runSet(statement: StatementOf<"set">, run: StatementRun): Promise<Outcome> {
  const { configuration } = run.state;
  const { key, zone } = statement;
  if (zone === "LOCAL") {
    reset(run.state, "timezone");
    return listing(KEY_VALUE, [["timezone", configuration.get("timezone") ?? UTC.id]]);
  }
  const value = zone === undefined ? statement.value : await offsetOf(zone, run);
  if (key === undefined) return listing(KEY_VALUE, [...configuration.entries()]);
  // The Python connector reads the first column.
  if (key?.toLowerCase() === "autocommit" && value === undefined)
    return listing([{ name: "autocommit", type: STRING }], [["true"]]);
  if (value === undefined)
    return listing(KEY_VALUE, [
      [key, configuration.get(settingName(key)) ?? DEFAULTS[settingName(key)] ?? "<undefined>"],
    ]);
  setConfiguration(configuration, key, value, run.translation.context.regions);
  return listing(KEY_VALUE, [[key, value]]);
}

export function runReset(statement: StatementOf<"reset">, run: StatementRun): Outcome {
  const { configuration, opened } = run.state;
  const keys = statement.key === undefined ? [...configuration.keys(), ...opened.keys()] : [statement.key];
  for (const key of keys) reset(run.state, settingName(key));
  return done();
}

/** Back to the value with which the session was opened. */
function reset({ configuration, opened }: SessionState, name: string): void {
  const value = opened.get(name);
  if (value === undefined) configuration.delete(name);
  else configuration.set(name, value);
}

/** The difference from UTC that an interval of at most 18 hours states, in whole seconds. */
async function offsetOf(interval: Expression, run: StatementRun): Promise<string> {
  const { sql, type } = run.translation.expression(interval, newScope(undefined));
  const [[micros] = []] = await run.rows(`SELECT ${sql}`);
  const zone = type.kind === "interval_dt" ? Number(micros) : Number.NaN;
  if (Math.abs(zone) <= 18 * 3_600_000_000 && zone % 1_000_000 === 0) return offsetText(zone);
  throw new SqlError(
    "INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE",
    "The interval value must be in the range of [-18, +18] hours with second precision.",
    run.translation.position(interval.at),
  );
}

export function runUse(statement: StatementOf<"use">, run: StatementRun): Outcome {
  const parts = run.parts(statement.name).map((part) => part.toLowerCase());
  const { source, principal } = run;
  const [first = "", second] = parts;
  if (statement.what === "CATALOG") {
    // The catalog system has no metadata of its own.
    if (first !== "system") {
      if (source.catalog(principal, first) === undefined) throw catalogNotFound(first);
      source.require(principal, "USE", "CATALOG", [first]);
    }
    run.state.catalog = first;
    run.state.schema = "default";
    return done();
  }
  const [catalog, schema] = second === undefined ? [run.state.catalog, first] : [first, second];
  if (source.schema(principal, catalog, schema) === undefined && schema !== "information_schema")
    throw schemaNotFound([catalog, schema]);
  source.require(principal, "USE", "SCHEMA", [catalog, schema]);
  run.state.catalog = catalog;
  run.state.schema = schema;
  return done();
}
