import { quoteText } from "../duckdb/quote.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { raise, type Typed, typed } from "../translate/typed.ts";
import { array, BOOLEAN, INT, STRING } from "../types/data-type.ts";
import { argument, type CallSite, type Functions, named, scalar, simple } from "./definition.ts";
import { constantInteger, constantText } from "./params.ts";

/** Java's regular expressions on RE2. What RE2 lacks, such as look-around and back references, is an error in DuckDB. */
export const regexpFunctions: Functions = {
  ...named(
    "rlike regexp regexp_like",
    simple([STRING, STRING], BOOLEAN, (s, r) => `regexp_matches(${s}, ${r})`),
  ),
  regexp_extract: scalar(2, 3, ([s, r, group], site) =>
    extract("regexp_extract", STRING.kind, s, r, group, site),
  ),
  regexp_extract_all: scalar(2, 3, ([s, r, group], site) =>
    extract("regexp_extract_all", "array", s, r, group, site),
  ),
  regexp_replace: scalar(3, 3, ([s, r, to], site) => replace(s as Typed, r as Typed, to as Typed, site)),
  regexp_count: scalar(2, 2, ([s, r], site) => {
    const pattern = argument(r as Typed, STRING, site).sql;
    const matches = `regexp_extract_all(${argument(s as Typed, STRING, site).sql}, ${pattern})`;
    return typed(unmixed(s as Typed, pattern, `CAST(len(${matches}) AS INTEGER)`, site), INT);
  }),
  regexp_substr: simple(
    [STRING, STRING],
    STRING,
    (s, r) => `CASE WHEN regexp_matches(${s}, ${r}) THEN regexp_extract(${s}, ${r}) END`,
  ),
  split: scalar(2, 3, ([s, r, limit], site) => split(s as Typed, r as Typed, limit, site)),
};

function extract(
  name: string,
  kind: string,
  s: Typed | undefined,
  r: Typed | undefined,
  group: Typed | undefined,
  site: CallSite,
): Typed {
  const index = group === undefined ? 1 : constantInteger(group, "a group", site);
  const pattern = constantText(r, "a pattern", site);
  const groups = (pattern.replaceAll(/\\[\s\S]|\[[^\]]*\]?/g, "").match(/\((?!\?)/g) ?? []).length;
  if (index > groups || index < 0) {
    throw new SqlError(
      "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
      `The value of parameter(s) \`idx\` in \`${site.name}\` is invalid: Expects group index between 0 and ${groups}, but got ${index}.`,
      site.translation.position(site.node.at),
    );
  }
  const sql = `${name}(${argument(s as Typed, STRING, site).sql}, ${quoteText(pattern)}, ${index})`;
  if (kind !== "array") return typed(sql, STRING);
  // A group without a match is empty in Java, and NULL in DuckDB.
  return typed(
    unmixed(s as Typed, quoteText(pattern), `list_transform(${sql}, lambda g: coalesce(g, ''))`, site),
    array(STRING),
  );
}

/** Fails where empty matches follow others: Java finds one more at the end of each. */
function unmixed(s: Typed, pattern: string, sql: string, site: CallSite): string {
  const matches = `regexp_extract_all(${argument(s, STRING, site).sql}, ${pattern})`;
  const refusal = raise(
    "UNSUPPORTED_FEATURE.REGEXP_EMPTY_MATCH",
    `The feature is not supported by the local SQL engine: ${site.name} with a pattern that matches the empty text.`,
  );
  return `CASE WHEN regexp_full_match('', ${pattern}) AND len(list_filter(${matches}, lambda m: m <> '')) > 0 THEN ${refusal} ELSE ${sql} END`;
}

/** Java's `$1` is RE2's `\1`. */
function replace(s: Typed, r: Typed, to: Typed, site: CallSite): Typed {
  const replacement = constantText(to, "a replacement", site).replaceAll(
    /\\([\s\S])|\$(\d)|\\$/g,
    (_, literal?: string, group?: string) =>
      group === undefined ? (literal === "\\" ? "\\\\" : (literal ?? "")) : `\\${group}`,
  );
  const sql = `regexp_replace(${argument(s, STRING, site).sql}, ${argument(r, STRING, site).sql}, ${quoteText(replacement)}, 'g')`;
  if (typeof r.literal !== "string" || r.literal === "" || to.literal === "") return typed(sql, STRING);
  // Java has one more, empty match after a match at the end of the text. RE2 says so in linear time; JavaScript would not.
  const refusal = raise(
    "UNSUPPORTED_FEATURE.REGEXP_EMPTY_MATCH",
    `The feature is not supported by the local SQL engine: regexp_replace with the pattern '${r.literal}', which matches the empty text.`,
  );
  return typed(
    `CASE WHEN regexp_full_match('', ${quoteText(r.literal)}) THEN ${refusal} ELSE ${sql} END`,
    STRING,
  );
}

function split(s: Typed, r: Typed, limit: Typed | undefined, site: CallSite): Typed {
  const most = limit === undefined ? -1 : constantInteger(limit, "a limit", site);
  if (most > 0)
    throw unsupported("SPLIT_LIMIT", "split with a limit", site.translation.position(site.node.at));
  const pattern = constantText(r, "a pattern", site);
  const value = argument(s, STRING, site).sql;
  // A pattern without special characters needs no regular expression. An empty one splits into characters.
  // DuckDB forgets what stood before the part that it still has to split.
  if (/\^|\\[AbBG]/.test(pattern.replaceAll(/\\[^AbBG]|\[\^?[^\]]*\]?/g, "")))
    throw unsupported(
      "REGEXP_ANCHOR",
      `split by the pattern '${pattern}'`,
      site.translation.position(site.node.at),
    );
  const split = (how: string) => `${how}(${value}, ${quoteText(pattern)})`;
  if (pattern === "" || !/[\\^$.|?*+()[\]{}]/.test(pattern))
    return typed(split(pattern === "" ? "string_split_regex" : "string_split"), array(STRING));
  // Java splits at empty matches too, but not at the start. Where every match is empty these are all the characters.
  const matches = split("regexp_extract_all");
  const everywhere = `len(list_filter(${matches}, lambda m: m = '')) = length(${value}) + 1 AND len(${matches}) = length(${value}) + 1`;
  const characters = `CASE WHEN ${value} = '' THEN [''] ELSE list_append(string_split_regex(${value}, ''), '') END`;
  const refusal = raise(
    "UNSUPPORTED_FEATURE.REGEXP_EMPTY_MATCH",
    `The feature is not supported by the local SQL engine: split by the pattern '${pattern}', which matches the empty text.`,
  );
  return typed(
    `CASE WHEN NOT list_contains(${matches}, '') THEN ${split("string_split_regex")} WHEN ${everywhere} THEN ${characters} WHEN ${value} IS NOT NULL THEN ${refusal} END`,
    array(STRING),
  );
}
