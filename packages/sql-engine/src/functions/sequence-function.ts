import { unsupported } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { toCommonType } from "../translate/coerce.ts";
import { type Typed, typed } from "../translate/typed.ts";
import { array, BIGINT, DATE, isIntegral, TIMESTAMP } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { type CallSite, type Functions, scalar } from "./definition.ts";

export const sequenceFunctions: Functions = {
  sequence: scalar(2, 3, ([start, end, step], site) => sequence(start as Typed, end as Typed, step, site)),
};

/** Includes both ends. The default step is one, up or down. */
function sequence(start: Typed, end: Typed, step: Typed | undefined, site: CallSite): Typed {
  const { values, type } = toCommonType([start, end], site.name, site.translation, site.node.at);
  const [a = "", b = ""] = values.map((value) => value.sql);
  if (isIntegral(type)) {
    const by = step === undefined ? `CASE WHEN ${a} <= ${b} THEN 1 ELSE -1 END` : cast(step, BIGINT).sql;
    const wrong = "error('[INVALID_PARAMETER_VALUE] Illegal sequence boundaries.')";
    const valid = `(${by} > 0 AND ${a} <= ${b}) OR (${by} < 0 AND ${a} >= ${b}) OR (${a} = ${b})`;
    const list = `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN ${valid} THEN generate_series(CAST(${a} AS BIGINT), CAST(${b} AS BIGINT), CAST(${by} AS BIGINT)) ELSE ${wrong} END`;
    return typed(`CAST(${list} AS ${duckType(array(type))})`, array(type));
  }
  if (type.kind !== "date" && type.kind !== "timestamp")
    throw unsupported("SEQUENCE", `sequence of ${type.kind}`, site.translation.position(site.node.at));
  const months = step?.type.kind === "interval_ym";
  if (step !== undefined && !months && step.type.kind !== "interval_dt")
    throw unsupported("SEQUENCE", "sequence with this step");
  const interval =
    step === undefined ? "to_days(1)" : months ? `to_months(${step.sql})` : `to_microseconds(${step.sql})`;
  const source =
    type.kind === "date"
      ? [cast(typed(a, DATE), TIMESTAMP).sql, cast(typed(b, DATE), TIMESTAMP).sql]
      : [a, b];
  return typed(
    `CAST(generate_series(${source.join(", ")}, ${interval}) AS ${duckType(array(type))})`,
    array(type),
  );
}
