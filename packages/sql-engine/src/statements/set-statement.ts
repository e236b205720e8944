import { SqlError, unsupported } from "../sql-error.ts";
import {
  catalogNotFound,
  done,
  listing,
  type Outcome,
  type StatementRun,
  schemaNotFound,
} from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { STRING } from "../types/data-type.ts";

const KEY_VALUE = [
  { name: "key", type: STRING },
  { name: "value", type: STRING },
];

/** The settings that SET accepts, with the only values that the engine can honour. */
const ALLOWED: Record<string, (value: string) => boolean> = {
  // Every statement commits. A transaction of several needs a catalog that commits them together.
  autocommit: (value) => /^true$/i.test(value),
  ansi_mode: (value) => /^true$/i.test(value),
  enable_photon: () => true,
  legacy_time_parser_policy: (value) => /^(exception|corrected)$/i.test(value),
  max_file_partition_bytes: () => true,
  query_tags: () => true,
  read_only_external_metastore: () => true,
  statement_timeout: (value) => /^\d+$/.test(value),
  timezone: (value) => /^(UTC|Etc\/UTC|GMT|Z|\+00:00)$/i.test(value),
  use_cached_result: () => true,
  "spark.sql.ansi.enabled": (value) => /^true$/i.test(value),
  "spark.sql.session.timezone": (value) => /^(UTC|Etc\/UTC|GMT|Z|\+00:00)$/i.test(value),
};

/** Stores a setting. Throws if the engine cannot honour its value. */
export function setConfiguration(configuration: Map<string, string>, key: string, value: string): void {
  const accepts = ALLOWED[key.toLowerCase()];
  if (accepts === undefined)
    throw new SqlError("CONFIG_NOT_AVAILABLE", `Configuration ${key} is not available.`);
  if (!accepts(value)) throw unsupported("CONFIGURATION", `${key} = ${value}`);
  configuration.set(key.toLowerCase(), value);
}

export function runSet(statement: StatementOf<"set">, run: StatementRun): Outcome {
  const { configuration } = run.state;
  const { key, value } = statement;
  if (key === undefined) return listing(KEY_VALUE, [...configuration.entries()]);
  // The Python connector reads the first column.
  if (key?.toLowerCase() === "autocommit" && value === undefined)
    return listing([{ name: "autocommit", type: STRING }], [["true"]]);
  if (value === undefined)
    return listing(KEY_VALUE, [[key, configuration.get(key.toLowerCase()) ?? "<undefined>"]]);
  setConfiguration(configuration, key, value);
  return listing(KEY_VALUE, [[key, value]]);
}

export function runReset(statement: StatementOf<"reset">, run: StatementRun): Outcome {
  if (statement.key === undefined) run.state.configuration.clear();
  else run.state.configuration.delete(statement.key.toLowerCase());
  return done();
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
