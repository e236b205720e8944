import { quoteText } from "../duckdb/quote.ts";
import { unsupported } from "../sql-error.ts";
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
  regexp_count: simple(
    [STRING, STRING],
    INT,
    (s, r) => `CAST(len(regexp_extract_all(${s}, ${r})) AS INTEGER)`,
  ),
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
    throw unsupported(
      "REGEXP_GROUP",
      `${site.name} with group ${index} of a pattern that has ${groups}`,
      site.translation.position(site.node.at),
    );
  }
  const sql = `${name}(${argument(s as Typed, STRING, site).sql}, ${quoteText(pattern)}, ${index})`;
  return typed(sql, kind === "array" ? array(STRING) : STRING);
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
  const plain = !/[\\^$.|?*+()[\]{}]/.test(pattern) && pattern !== "";
  return typed(
    `${plain ? "string_split" : "string_split_regex"}(${value}, ${quoteText(pattern)})`,
    array(STRING),
  );
}
