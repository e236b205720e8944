import { SqlError, type TextForm, unsupported } from "@front-door/sql-engine";
import type { ExecuteStatementRequest } from "../thrift/tcli-structs.ts";

const TIMESTAMP_AS_STRING = "spark.thriftserver.arrowbasedrowset.timestampasstring";

/**
 * Settings of Thrift's own, in lower case, that clients send and that change nothing here. Whether results may come as links,
 * each statement says too, the metadata methods list every catalog, and there are no metric views.
 */
const WITHOUT_EFFECT = new Set([
  "spark.thriftserver.cloudstorebasedrowset.enabled",
  "spark.sql.thriftserver.metadata.metricview.enabled",
  "spark.sql.thriftserver.metadata.table.singleschema",
]);

/** The settings of a session or a statement: what forms its results, and the rest, which is the engine's. */
export interface Settings {
  /** Undefined if it does not say. */
  timestampAsString: boolean | undefined;
  engine: Record<string, string>;
}

/** Takes Thrift's own settings out of the client's. Throws SqlError for a value that is no boolean. */
export function splitSettings(sent: ReadonlyMap<string, string> | undefined): Settings {
  const settings: Settings = { timestampAsString: undefined, engine: {} };
  for (const [key, value] of sent ?? []) {
    const name = key.toLowerCase();
    if (name === TIMESTAMP_AS_STRING) settings.timestampAsString = booleanOf(key, value);
    else if (!WITHOUT_EFFECT.has(name)) settings.engine[key] = value;
  }
  return settings;
}

function booleanOf(key: string, value: string): boolean {
  if (/^true$/i.test(value)) return true;
  if (/^false$/i.test(value)) return false;
  throw new SqlError("INVALID_PARAMETER_VALUE", `${key} must be true or false, got ${value}.`);
}

/** How a client wants the rows of a statement. */
export interface ResultForm {
  /** Without Arrow, as old drivers read them. */
  inColumns: boolean;
  /** Whether a large result may come as files. */
  canDownload: boolean;
  textForms: TextForm[];
  intervalsAsArrow: boolean;
}

/** Throws SqlError for a setting that the service does not have for a single statement. */
export function resultForm(request: ExecuteStatementRequest, sessionTimestampAsString: boolean): ResultForm {
  const { useArrowNativeTypes, canReadArrowResult, confOverlay } = request;
  const inColumns = canReadArrowResult !== true;
  const { timestampAsString, engine } = splitSettings(confOverlay);
  const others = Object.keys(engine).filter((key) => key.toLowerCase() !== "query_tags");
  if (others.length > 0)
    throw unsupported("CONF_OVERLAY", `the setting ${others.join(", ")} for a single statement`);
  const { timestampAsArrow, decimalAsArrow, complexTypesAsArrow, intervalTypesAsArrow } =
    (inColumns ? undefined : useArrowNativeTypes) ?? {};
  const forms: TextForm[] = [];
  if (timestampAsArrow !== true || (timestampAsString ?? sessionTimestampAsString)) forms.push("timestamp");
  if (decimalAsArrow !== true) forms.push("decimal");
  if (complexTypesAsArrow !== true) forms.push("complex");
  const canDownload = !inColumns && request.canDownloadResult === true;
  return { inColumns, canDownload, textForms: forms, intervalsAsArrow: intervalTypesAsArrow === true };
}
