import { sessionMode } from "../session-mode.ts";
import type { SqlPosition } from "../sql-error.ts";
import { SqlError, unsupported } from "../sql-error.ts";

interface Letter {
  /** The directive of DuckDB's strftime and strptime. */
  format: string;
  /** What Java's parser accepts, which is stricter than strptime. Undefined if it can only be formatted. */
  parses?: string;
}

const MONTHS = "(?:January|February|March|April|May|June|July|August|September|October|November|December)";
const SHORT_MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";

/** The letters of Java's DateTimeFormatter, by how often they repeat. */
const LETTERS: Record<string, Letter> = {
  y: { format: "%Y", parses: "[0-9]{4}" },
  yy: { format: "%y" },
  yyyy: { format: "%Y", parses: "[0-9]{4}" },
  M: { format: "%-m", parses: "[0-9]{1,2}" },
  MM: { format: "%m", parses: "[0-9]{2}" },
  MMM: { format: "%b", parses: SHORT_MONTHS },
  MMMM: { format: "%B", parses: MONTHS },
  L: { format: "%-m" },
  LL: { format: "%m" },
  d: { format: "%-d", parses: "[0-9]{1,2}" },
  dd: { format: "%d", parses: "[0-9]{2}" },
  D: { format: "%-j" },
  DDD: { format: "%j" },
  E: { format: "%a" },
  EE: { format: "%a" },
  EEE: { format: "%a" },
  EEEE: { format: "%A" },
  a: { format: "%p", parses: "(?:AM|PM)" },
  h: { format: "%-I", parses: "[0-9]{1,2}" },
  hh: { format: "%I", parses: "[0-9]{2}" },
  H: { format: "%-H", parses: "[0-9]{1,2}" },
  HH: { format: "%H", parses: "[0-9]{2}" },
  m: { format: "%-M", parses: "[0-9]{1,2}" },
  mm: { format: "%M", parses: "[0-9]{2}" },
  s: { format: "%-S", parses: "[0-9]{1,2}" },
  ss: { format: "%S", parses: "[0-9]{2}" },
  SSS: { format: "%g", parses: "[0-9]{3}" },
  SSSSSS: { format: "%f", parses: "[0-9]{6}" },
};

/** Stand for the offset of a value, which differs from one to the next. No pattern can contain them. */
export const ZONE_MARKS = { XXX: "\u{f0001}", Z: "\u{f0002}" };
export const ZONE_MARK = /[\u{f0001}\u{f0002}]/u;

/** The letters of the time zone. */
function zoneLetters(): Record<string, Letter> {
  const { zone } = sessionMode();
  if (zone.offsetMicros === 0)
    return {
      z: { format: "UTC" },
      VV: { format: zone.id },
      X: { format: "Z" },
      XXX: { format: "Z" },
      Z: { format: "+0000" },
    };
  return { VV: { format: zone.id }, XXX: { format: ZONE_MARKS.XXX }, Z: { format: ZONE_MARKS.Z } };
}

export interface DateTimePattern {
  format: string;
  /** Matches what Java would parse. Undefined if a letter can only be formatted. */
  parses: string | undefined;
}

/** How many readings of the optional sections of a pattern are tried. */
const READINGS_MAX = 16;

/**
 * The patterns that a pattern with optional sections stands for, such as `yyyy[-MM[-dd]]`. The first has every section: a
 * value is formatted by it, and text is parsed by the first that matches.
 */
export function dateTimePatterns(pattern: string, position: SqlPosition): DateTimePattern[] {
  const readings = withoutSections(pattern, position);
  if (readings.length > READINGS_MAX)
    throw unsupported("DATETIME_PATTERN", `so many optional sections as in '${pattern}'`, position);
  return readings.map((one) => dateTimePattern(one, position));
}

/** Each way to keep or drop the sections in brackets, the longest first. Brackets in quotes are text. */
function withoutSections(pattern: string, position: SqlPosition): string[] {
  const levels: string[][] = [[""]];
  const append = (text: string) => levels.push((levels.pop() ?? []).map((before) => before + text));
  const close = () => {
    const section = [...(levels.pop() ?? []), ""];
    const before = levels.pop() ?? [];
    levels.push(section.flatMap((text) => before.map((one) => one + text)).slice(0, READINGS_MAX + 1));
  };
  for (const [part] of pattern.matchAll(/'(?:[^']|'')*'|[\s\S]/g)) {
    if (part === "[") levels.push([""]);
    else if (part !== "]") append(part);
    else if (levels.length > 1) close();
    else throw wrongPattern(pattern, position);
  }
  while (levels.length > 1) close();
  return levels[0] ?? [];
}

const wrongPattern = (pattern: string, position: SqlPosition): SqlError =>
  new SqlError(
    "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
    `Fail to recognize '${pattern}' pattern in the DateTimeFormatter.`,
    position,
  );

/** Translates a pattern of `date_format`, `to_date` and similar functions. Throws UNSUPPORTED_FEATURE for other letters. */
function dateTimePattern(pattern: string, position: SqlPosition): DateTimePattern {
  let format = "";
  let parses: string | undefined = "";
  const zones = zoneLetters();
  for (const match of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|([\s\S])/g)) {
    const [all, quoted, letter, other] = match;
    if (letter !== undefined) {
      const known = LETTERS[all] ?? zones[all];
      if (known === undefined)
        throw unsupported("DATETIME_PATTERN", `the letters ${all} in the pattern '${pattern}'`, position);
      format += known.format;
      parses = known.parses === undefined || parses === undefined ? undefined : parses + known.parses;
    } else if (other !== undefined && "{}#".includes(other)) {
      throw wrongPattern(pattern, position);
    } else {
      const text = all === "''" ? "'" : (quoted?.replaceAll("''", "'") ?? other ?? "");
      format += text.replaceAll("%", "%%");
      if (parses !== undefined) parses += text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    }
  }
  return { format, parses };
}
