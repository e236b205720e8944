import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { sessionMode } from "../session-mode.ts";
import { unsupported } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { onClock, toClock, toInstant } from "../translate/clock.ts";
import { bind, type Typed, typed } from "../translate/typed.ts";
import { type DataType, STRING, TIMESTAMP } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { dateTimePatterns, ZONE_MARK, ZONE_MARKS } from "./datetime-patterns.ts";
import type { CallSite } from "./definition.ts";
import { constantText } from "./params.ts";

/** Formats by a pattern of Java's DateTimeFormatter. */
export function formatMoment(value: Typed, pattern: Typed | undefined, site: CallSite): Typed {
  const text = pattern === undefined ? "yyyy-MM-dd HH:mm:ss" : constantText(pattern, "a pattern", site);
  const [pieces] = dateTimePatterns(text, site.translation.position(site.node.at));
  const format = pieces?.format ?? "";
  const time = onClock(value).sql;
  if (!ZONE_MARK.test(format)) return typed(`strftime(${time}, ${quoteText(format)})`, STRING);
  const instant = cast(value, TIMESTAMP).sql;
  const offset = `epoch_us(${toClock(instant)}) - epoch_us(${instant})`;
  return typed(
    bind(`(${offset})`, (us) => withOffset(time, format, us)),
    STRING,
  );
}

const withOffset = (time: string, format: string, us: string): string => {
  const text = macro("offset_text", us);
  const marks: [string, string][] = [
    [ZONE_MARKS.XXX, `CASE WHEN ${us} = 0 THEN 'Z' ELSE ${text} END`],
    [ZONE_MARKS.Z, `replace(${text}, ':', '')`],
  ];
  return marks.reduce(
    (sql, [mark, sent]) => `replace(${sql}, ${quoteText(mark)}, ${sent})`,
    `strftime(${time}, ${quoteText(format)})`,
  );
};

const parseFailure = (v: string) =>
  `error('[CANNOT_PARSE_TIMESTAMP] Text ''' || ${v} || ''' could not be parsed by the pattern. Use \`try_to_timestamp\` to tolerate invalid input string and return NULL instead.')`;

/** Without a year Java takes 1970, DuckDB 1900. */
const readBy = (format: string, v: string): string =>
  /%[Yy]/.test(format)
    ? `try_strptime(${v}, ${quoteText(format)})`
    : `try_strptime('1970 ' || ${v}, ${quoteText(`%Y ${format}`)})`;

const ofClock = (sql: string, type: DataType): string =>
  type.kind === "timestamp" ? toInstant(sql) : `CAST(${sql} AS ${duckType(type)})`;

/** Parses by such a pattern. Text that does not match fails or, with `safe`, is NULL. */
export function parseMoment(
  value: Typed,
  pattern: Typed | undefined,
  type: DataType,
  safe: boolean,
  site: CallSite,
): Typed {
  if (pattern === undefined || value.type.kind !== "string") return cast(value, type, safe);
  const position = site.translation.position(site.node.at);
  const text = constantText(pattern, "a pattern", site);
  const readings = dateTimePatterns(text, position).map(({ format, parses }) => {
    if (parses === undefined)
      throw unsupported("DATETIME_PATTERN", `parsing with the pattern '${text}'`, position);
    return (v: string) => `WHEN regexp_full_match(${v}, ${quoteText(parses)}) THEN ${readBy(format, v)}`;
  });
  const attempt = (v: string) => ofClock(`CASE ${readings.map((reading) => reading(v)).join(" ")} END`, type);
  if (safe || !sessionMode().ansi) return typed(bind(value.sql, attempt), type);
  return typed(
    bind(value.sql, (v) => `coalesce(${attempt(v)}, CASE WHEN ${v} IS NOT NULL THEN ${parseFailure(v)} END)`),
    type,
  );
}
