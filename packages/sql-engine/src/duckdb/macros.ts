import { NAMES_OF_UTC, ZONE_OFFSET, ZONE_OFFSET_MAX } from "../time-zone.ts";
import { SUBQUERY_MARK } from "./lifted-subqueries.ts";

/** The attached in-memory database with the macros. No user's statement can reach it by name. */
export const MACRO_DATABASE = "fd";

/** A zone can follow only the seconds. */
const TIMESTAMP_TEXT =
  "^\\s*\\+?(\\d{4,6})(?:-(\\d{1,2})(?:-(\\d{1,2})(?:(?: |[ T](\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{0,9}))?\\s*" +
  "(Z|UTC|GMT|(?:UTC|GMT)?[+-]\\d{1,2}:?\\d{2}|(?:UTC|GMT)?[+-]\\d{1,2}|[A-Za-z]+/[A-Za-z_/+-]+)?)?)?))?)?)?\\s*$";
const TIME_TEXT = "^\\s*(T?\\d{1,2}:|T\\d)";
const DATE_TEXT = "^\\s*\\+?(\\d{4,6})(?:-(\\d{1,2})(?:-(\\d{1,2})(?:[ T].*)?)?)?\\s*$";
const FIELDS = "['y','mo','d','h','mi','s','f','z']";
const OFFSET_FIELDS = "['sign','h','m','s','m1','hh','mm','ss']";
const UTC_NAMES = [...NAMES_OF_UTC].map((name) => `'${name}'`).join(", ");

/** Macros named `…_or_null` return NULL for malformed input, and their caller raises the error. */
const MACROS = [
  // Text to values. Spark trims, and accepts only digits for integers: not '1.5', '1e2' or '1_000'.
  String.raw`integer_text(v) AS CASE WHEN regexp_full_match(v, '\s*[+-]?[0-9]+\s*') THEN trim(v, e' \t\n\r\f\x0b') END`,
  String.raw`integer_part(v) AS CASE WHEN regexp_full_match(v, '\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]*)\s*')
    THEN regexp_extract(v, '([+-]?[0-9]*)(\.|\s*$)', 1) || CASE WHEN regexp_matches(v, '^\s*[+-]?\.') THEN '0' ELSE '' END END`,
  `wrap(v, half) AS (CAST(v AS HUGEINT) + CAST(half AS HUGEINT)) % (2 * CAST(half AS HUGEINT))
    - CASE WHEN (CAST(v AS HUGEINT) + CAST(half AS HUGEINT)) % (2 * CAST(half AS HUGEINT)) < 0 THEN -CAST(half AS HUGEINT) ELSE CAST(half AS HUGEINT) END`,
  `nearest_int(v) AS CASE WHEN isnan(v) THEN 0 WHEN v >= 2147483647 THEN 2147483647 WHEN v <= -2147483648 THEN -2147483648
    ELSE CAST(trunc(v) AS BIGINT) END`,
  `nearest_bigint(v) AS CASE WHEN isnan(v) THEN 0 WHEN v >= 9223372036854775807 THEN 9223372036854775807
    WHEN v <= -9223372036854775808 THEN -9223372036854775808 ELSE CAST(trunc(v) AS HUGEINT) END`,
  String.raw`number_text(v) AS CASE WHEN regexp_full_match(v, '\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*')
    THEN trim(v, e' \t\n\r\f\x0b') END`,
  String.raw`double_text(v) AS CASE
    WHEN regexp_full_match(lower(v), '\s*[+-]?(inf|infinity|nan)\s*') THEN trim(v, e' \t\n\r\f\x0b')
    WHEN regexp_full_match(v, '\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?\s*')
    THEN rtrim(trim(v, e' \t\n\r\f\x0b'), 'dDfF') END`,
  String.raw`boolean_or_null(v) AS CASE
    WHEN lower(trim(v, e' \t\n\r')) IN ('t', 'true', 'y', 'yes', '1') THEN true
    WHEN lower(trim(v, e' \t\n\r')) IN ('f', 'false', 'n', 'no', '0') THEN false END`,
  `date_or_null(v) AS TRY_CAST(CASE WHEN regexp_matches(v, '${DATE_TEXT}') THEN
    regexp_extract(v, '${DATE_TEXT}', 1)
    || '-' || coalesce(nullif(regexp_extract(v, '${DATE_TEXT}', 2), ''), '1')
    || '-' || coalesce(nullif(regexp_extract(v, '${DATE_TEXT}', 3), ''), '1') END AS DATE)`,
  `time_parts(v) AS CASE WHEN regexp_matches(v, '${TIMESTAMP_TEXT}') THEN regexp_extract(v, '${TIMESTAMP_TEXT}', ${FIELDS}) END`,
  `parts_text(m) AS m.y || '-' || coalesce(nullif(m.mo, ''), '1') || '-' || coalesce(nullif(m.d, ''), '1')
    || ' ' || lpad(coalesce(nullif(m.h, ''), '0'), 2, '0') || ':' || lpad(coalesce(nullif(m.mi, ''), '0'), 2, '0')
    || ':' || lpad(coalesce(nullif(m.s, ''), '0'), 2, '0') || '.' || rpad(left(m.f, 6), 6, '0')`,
  String.raw`zone_text(z) AS CASE
    WHEN z IN ('', 'Z', 'UTC', 'GMT') THEN '+00'
    WHEN contains(z, '/') THEN ' ' || z
    ELSE regexp_replace(regexp_replace(replace(replace(z, 'UTC', ''), 'GMT', ''), '^([+-])([0-9])(:|$)', '\1' || '0' || '\2\3'),
      '^([+-][0-9]{2})([0-9]{2})$', '\1:\2') END`,
  // Of two instants that a zone's clock shows alike, ICU finds the later. A day before, the earlier one's offset holds.
  `instant_in(t, z) AS list_transform([{'early': timezone(z, t - to_days(1)) + to_microseconds(86400000000), 'late': timezone(z, t)}],
    lambda i: CASE WHEN timezone(z, i.early) = t THEN i.early ELSE i.late END)[1]`,
  `instant_after(i, t, z) AS list_transform([make_timestamptz(epoch_us(t) - epoch_us(timezone(z, i)) + epoch_us(i))],
    lambda same: CASE WHEN timezone(z, same) = t THEN same ELSE fd.main.instant_in(t, z) END)[1]`,
  // A zone as text, which may come from a column. DuckDB's own timezone() knows no offsets, and cuts UTC+05:30 to UTC+5.
  `zone_offset(z) AS CASE WHEN regexp_matches(z, '${ZONE_OFFSET}') THEN list_transform([regexp_extract(z, '${ZONE_OFFSET}', ${OFFSET_FIELDS})],
    lambda o: list_transform([{'h': CAST(o.h || o.hh AS BIGINT), 'm': CAST('0' || o.m || o.m1 || o.mm AS BIGINT), 's': CAST('0' || o.s || o.ss AS BIGINT)}],
      lambda t: CASE WHEN t.m < 60 AND t.s < 60 AND 3600 * t.h + 60 * t.m + t.s <= ${ZONE_OFFSET_MAX}
        THEN (3600 * t.h + 60 * t.m + t.s) * CASE o.sign WHEN '-' THEN -1000000 ELSE 1000000 END
        ELSE error('Unknown TimeZone ''' || z || '''') END)[1])[1] ELSE 0 END`,
  `zone_region(z) AS CASE WHEN z IN (${UTC_NAMES}) OR regexp_matches(z, '${ZONE_OFFSET}') THEN 'UTC' ELSE z END`,
  `clock_of(i, z) AS timezone(fd.main.zone_region(z), i) + to_microseconds(fd.main.zone_offset(z))`,
  `instant_of(t, z) AS fd.main.instant_in(t - to_microseconds(fd.main.zone_offset(z)), fd.main.zone_region(z))`,
  // A time alone is today's.
  // DuckDB reads 24:00:00 as midnight of the next day; Databricks rejects it.
  String.raw`with_day(v, d) AS CASE WHEN regexp_matches(v, '${TIME_TEXT}') THEN CAST(d AS VARCHAR) || 'T' || ltrim(v, e' \t\n\rT') ELSE v END`,
  `timestamp_or_null(v, d) AS list_transform([fd.main.time_parts(fd.main.with_day(v, d))], lambda m: CASE WHEN m.h IS DISTINCT FROM '24' THEN
    CASE WHEN contains(m.z, '/') THEN fd.main.instant_in(TRY_CAST(fd.main.parts_text(m) AS TIMESTAMP), m.z)
    ELSE TRY_CAST(fd.main.parts_text(m) || fd.main.zone_text(m.z) AS TIMESTAMP WITH TIME ZONE) END END)[1]`,
  // Text with a zone of its own.
  `has_zone(v, d) AS fd.main.time_parts(fd.main.with_day(v, d)).z <> ''`,
  `timestamp_ntz_or_null(v) AS list_transform([fd.main.time_parts(v)], lambda m: CASE WHEN m.h IS DISTINCT FROM '24' THEN
    TRY_CAST(fd.main.parts_text(m) AS TIMESTAMP) END)[1]`,

  // Values to text. Java writes doubles in scientific notation from 10^7 and below 10^-3.
  `scientific(t) AS list_transform([{
      'sign': CASE WHEN starts_with(t, '-') THEN '-' ELSE '' END,
      'mantissa': split_part(ltrim(t, '-'), 'e', 1),
      'exponent': CASE WHEN contains(t, 'e') THEN CAST(split_part(t, 'e', 2) AS INTEGER) ELSE 0 END}], lambda p:
    list_transform([{
      'digits': rtrim(ltrim(replace(p.mantissa, '.', ''), '0'), '0'),
      'point': p.exponent + CASE WHEN starts_with(p.mantissa, '0.')
        THEN -1 - (length(split_part(p.mantissa, '.', 2)) - length(ltrim(split_part(p.mantissa, '.', 2), '0')))
        ELSE length(split_part(p.mantissa, '.', 1)) - 1 END}], lambda q:
      p.sign || q.digits[1] || '.' || coalesce(nullif(q.digits[2:], ''), '0') || 'E' || CAST(q.point AS VARCHAR))[1])[1]`,
  `floating_text(v) AS CASE
    WHEN isnan(v) THEN 'NaN' WHEN isinf(v) THEN CASE WHEN v > 0 THEN 'Infinity' ELSE '-Infinity' END
    WHEN v = 0 OR (abs(v) >= 0.001 AND abs(v) < 10000000) THEN CAST(v AS VARCHAR)
    ELSE fd.main.scientific(CAST(v AS VARCHAR)) END`,
  // Of an offset in microseconds: +02:00, and with seconds only if there are any.
  String.raw`offset_text(us) AS CASE WHEN us < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(us) // 3600000000 AS VARCHAR), 2, '0')
    || ':' || lpad(CAST(abs(us) // 60000000 % 60 AS VARCHAR), 2, '0')
    || CASE WHEN us % 60000000 = 0 THEN '' ELSE ':' || lpad(CAST(abs(us) // 1000000 % 60 AS VARCHAR), 2, '0') END`,

  // Decimals as whole numbers, because DuckDB divides decimals as doubles.
  `half_up_quotient(n, d) AS CASE WHEN (n < 0) <> (d < 0) THEN -1 ELSE 1 END
    * ((2 * abs(n) + abs(d)) // (2 * abs(d)))`,

  // Positions count from 1; 0 means 1; negative positions count from the end.
  `sub(s, p, n) AS CASE WHEN n <= 0 THEN '' ELSE list_transform([CASE WHEN p > 0 THEN CAST(p AS BIGINT) - 1 WHEN p < 0
    THEN length(s) + CAST(p AS BIGINT) ELSE 0 END], lambda b:
    substring(s, greatest(b, 0) + 1, greatest(least(b + CAST(n AS BIGINT), length(s)) - greatest(b, 0), 0)))[1] END`,
  // DuckDB's reverse() keeps an accent with its letter, Java's does not.
  `reverse_text(s) AS CASE WHEN length(s) = strlen(s) THEN reverse(s) ELSE
    array_to_string(list_transform(range(length(s), 0, -1), lambda i: substring(s, i, 1)), '') END`,
  `initcap(s) AS array_to_string(list_transform(string_split(lower(s), ' '), lambda w: upper(w[1]) || w[2:]), ' ')`,
  `filled(s, n) AS CASE WHEN length(s) < n THEN rpad(s, CAST(n AS INTEGER), ' ') ELSE s END`,
  // DuckDB's array_to_string takes only a constant separator.
  `join_texts(l, d) AS CASE WHEN l IS NULL OR d IS NULL THEN NULL WHEN len(l) = 0 THEN ''
    ELSE list_reduce(l, lambda a, b: a || d || b) END`,
  `substring_index(s, d, n) AS CASE WHEN s IS NULL OR d IS NULL OR n IS NULL THEN NULL WHEN n = 0 OR d = '' THEN ''
    WHEN n > 0 THEN fd.main.join_texts(string_split(s, d)[1:n], d)
    ELSE fd.main.join_texts(string_split(s, d)[greatest(len(string_split(s, d)) + n + 1, 1):], d) END`,
  `pad_left(s, n, p) AS CASE WHEN n <= 0 THEN '' WHEN p = '' THEN left(s, n) ELSE lpad(s, CAST(n AS INTEGER), p) END`,
  `pad_right(s, n, p) AS CASE WHEN n <= 0 THEN '' WHEN p = '' THEN left(s, n) ELSE rpad(s, CAST(n AS INTEGER), p) END`,
  `locate(needle, s, p) AS CASE WHEN needle IS NULL OR s IS NULL OR p IS NULL THEN NULL WHEN p < 1 THEN 0
    WHEN strpos(substring(s, p), needle) = 0 THEN 0 ELSE strpos(substring(s, p), needle) + p - 1 END`,

  // Precise near 0, where 1 + x loses the digits of x (Kahan's method).
  `log1p(x) AS CASE WHEN x <= -1 THEN NULL WHEN 1 + x = 1 OR isinf(x) OR isnan(x) THEN x ELSE x * ln(1 + x) / ((1 + x) - 1) END`,
  `expm1(x) AS CASE WHEN exp(x) = 1 THEN x WHEN exp(x) - 1 = -1 THEN -1 WHEN isinf(exp(x)) OR isnan(x) THEN exp(x)
    ELSE (exp(x) - 1) * x / ln(exp(x)) END`,
  `hypot(a, b) AS CASE WHEN isinf(a) OR isinf(b) THEN CAST('inf' AS DOUBLE) WHEN greatest(abs(a), abs(b)) BETWEEN 1e-140 AND 1e140
    OR a IS NULL OR b IS NULL OR isnan(a) OR isnan(b) OR greatest(abs(a), abs(b)) = 0 THEN sqrt(a * a + b * b)
    ELSE greatest(abs(a), abs(b)) * sqrt(pow(a / greatest(abs(a), abs(b)), 2) + pow(b / greatest(abs(a), abs(b)), 2)) END`,
  // DuckDB's cbrt(27) is 3.0000000000000004.
  `cube_root(x) AS CASE WHEN isfinite(x) AND pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END`,

  // Rounds down, even before 1970. In integers, because a double lacks the digits for microseconds in the year 9999.
  `epoch_floor(us, f) AS (us - ((us % f) + f) % f) // f`,

  // Whole months elapsed. Unlike in DuckDB's date_sub, the last day of a month does not count as a later day.
  `month_part(t) AS epoch_us(t) - epoch_us(date_trunc('month', t))`,
  `months_passed(a, b) AS list_transform([(year(b) - year(a)) * 12 + month(b) - month(a)], lambda m:
    CASE WHEN m > 0 AND fd.main.month_part(b) < fd.main.month_part(a) THEN m - 1
    WHEN m < 0 AND fd.main.month_part(b) > fd.main.month_part(a) THEN m + 1 ELSE m END)[1]`,

  // Exact for every double below 10^16. Above that a double has no fraction.
  `round_double(v, d) AS CASE WHEN isfinite(v) AND abs(v) < 1e15
    THEN CAST(round(CAST(CAST(v AS VARCHAR) AS DECIMAL(38, 22)), d) AS DOUBLE) WHEN d <= 0 THEN round(v, d) ELSE v END`,

  // The last day of a month stays in its month.
  `add_months(d, n) AS CAST(d + to_months(CAST(n AS INTEGER)) AS DATE)`,
  `months_exactly(a, b) AS (year(a) - year(b)) * 12 + month(a) - month(b) + ((day(a) - day(b)) * 86400
      + (epoch_us(a - date_trunc('day', a)) - epoch_us(b - date_trunc('day', b))) / 1000000.0) / 2678400.0`,
  `months_between(a, b, rounded) AS CASE WHEN rounded IS NULL THEN NULL
    WHEN day(a) = day(b) OR (last_day(a) = CAST(a AS DATE) AND last_day(b) = CAST(b AS DATE))
    THEN CAST((year(a) - year(b)) * 12 + month(a) - month(b) AS DOUBLE)
    WHEN rounded THEN fd.main.round_double(fd.main.months_exactly(a, b), 8) ELSE fd.main.months_exactly(a, b) END`,
  `next_day(d, w) AS CAST(d + to_days(CAST((w - dayofweek(d) + 6) % 7 + 1 AS INTEGER)) AS DATE)`,

  // Spark returns NULL, not false, if a NULL element could be the value.
  `contains_element(a, v) AS CASE WHEN a IS NULL OR v IS NULL THEN NULL WHEN list_contains(a, v) THEN true
    WHEN len(list_filter(a, lambda e: e IS NULL)) > 0 THEN NULL ELSE false END`,
  `get_json(j, p) AS CASE WHEN json_valid(j) THEN json_extract_string(j, p) END`,
];

export function macroStatements(): string {
  return MACROS.map((macro) => `CREATE MACRO ${MACRO_DATABASE}.main.${macro};`).join("\n");
}

const isNumber = (arg: string): boolean => /^-?\d+$/.test(arg);

/** A longer text is bound to a variable where it would be repeated: nested expressions would grow exponentially. */
export const REPEATED_TEXT_MAX = 300;

/** Whether it may be repeated. DuckDB plans and evaluates each copy of a macro's call anew. */
const isPlain = (arg: string): boolean =>
  arg.length <= REPEATED_TEXT_MAX && !arg.includes(SUBQUERY_MARK) && !arg.includes(`${MACRO_DATABASE}.main.`);

/** A call of a macro. */
export function macro(name: string, ...args: string[]): string {
  const call = (values: string[]) => `${MACRO_DATABASE}.main.${name}(${values.join(", ")})`;
  if (args.every(isPlain)) return call(args);
  // A macro may repeat its arguments, also in the body of a lambda. A number stays, since DuckDB needs some as constants.
  const fields = args.flatMap((arg, i) => (isNumber(arg) ? [] : `'a${i}': ${arg}`)).join(", ");
  const values = args.map((arg, i) => (isNumber(arg) ? arg : `macro_args.a${i}`));
  return `list_transform([{${fields}}], lambda macro_args: ${call(values)})[1]`;
}
