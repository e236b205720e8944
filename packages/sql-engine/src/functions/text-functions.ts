import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { failOrNull } from "../session-mode.ts";
import { unsupported } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { concatenate } from "../translate/operators.ts";
import { bind, raise, type Typed, typed } from "../translate/typed.ts";
import { array, BIGINT, BINARY, BOOLEAN, DOUBLE, INT, STRING } from "../types/data-type.ts";
import { utf8 } from "./charset.ts";
import {
  argument,
  type CallSite,
  type FunctionDefinition,
  type Functions,
  MANY,
  named,
  scalar,
  simple,
} from "./definition.ts";
import { constantInteger, constantText } from "./params.ts";

const text = (sql: (...args: string[]) => string, params = 1): FunctionDefinition =>
  simple(
    Array.from({ length: params }, () => STRING),
    STRING,
    sql,
  );
const count = (sql: (v: string) => string): FunctionDefinition =>
  simple([STRING], INT, (v) => `CAST(${sql(v)} AS INTEGER)`);
/** Counts the bytes of a BINARY, and the characters of anything else. */
const length = scalar(1, 1, ([v], site) => {
  const value = v as Typed;
  return typed(
    `CAST(${value.type.kind === "binary" ? `octet_length(${value.sql})` : `length(${argument(value, STRING, site).sql})`} AS INTEGER)`,
    INT,
  );
});
const bytes = (value: Typed, site: CallSite): string =>
  value.type.kind === "binary" ? value.sql : `encode(${argument(value, STRING, site).sql})`;
const digest = (name: string): FunctionDefinition =>
  scalar(1, 1, ([v], site) => typed(`${name}(${bytes(v as Typed, site)})`, STRING));
const side = (name: string): FunctionDefinition =>
  simple([STRING, INT], STRING, (s, n) =>
    bind(n, (k) => `CASE WHEN ${s} IS NOT NULL AND ${k} <= 0 THEN '' ELSE ${name}(${s}, ${k}) END`),
  );
const pad = (name: string): FunctionDefinition =>
  simple([STRING, INT, STRING], STRING, (s, n, p = "' '") => macro(name, s ?? "", n ?? "", p), 2);
/** `ltrim([characters,] text)`: the characters come first. */
const trimmed = (name: string): FunctionDefinition =>
  simple(
    [STRING, STRING],
    STRING,
    (a, b) => (b === undefined ? `${name}(${a}, ' ')` : `${name}(${b}, ${a})`),
    1,
  );
const search = (sql: (s: string, part: string) => string): FunctionDefinition =>
  simple([STRING, STRING], BOOLEAN, (s, p) => sql(s ?? "", p ?? ""));

export const textFunctions: Functions = {
  ...named(
    "upper ucase",
    // The upper case of ß is SS in Java, but ẞ in DuckDB.
    text((v) => `upper(replace(${v}, 'ß', 'SS'))`),
  ),
  ...named(
    "lower lcase",
    text((v) => `lower(${v})`),
  ),
  initcap: text((v) => macro("initcap", v ?? "")),
  ...named("length char_length character_length len", length),
  octet_length: scalar(1, 1, ([v], site) =>
    typed(`CAST(octet_length(${bytes(v as Typed, site)}) AS INTEGER)`, INT),
  ),
  bit_length: scalar(1, 1, ([v], site) =>
    typed(`CAST(octet_length(${bytes(v as Typed, site)}) * 8 AS INTEGER)`, INT),
  ),
  ascii: count((v) => bind(v, (x) => `CASE WHEN ${x} = '' THEN 0 ELSE ascii(${x}) END`)),
  ...named(
    "chr char",
    simple([BIGINT], STRING, (v) =>
      bind(v, (n) => `CASE WHEN ${n} < 0 THEN '' ELSE chr(CAST(${n} % 256 AS INTEGER)) END`),
    ),
  ),
  concat: scalar(0, MANY, (args, site) => concatenate(args, site.translation, site.node.at)),
  concat_ws: scalar(1, MANY, concatWithSeparator),
  ...named(
    "substr substring",
    scalar(2, 3, ([s, p, n], site) => substring(s as Typed, p as Typed, n, site)),
  ),
  left: side("left"),
  right: side("right"),
  trim: trimmed("trim"),
  btrim: simple([STRING, STRING], STRING, (s, c = "' '") => `trim(${s}, ${c})`, 1),
  ltrim: trimmed("ltrim"),
  rtrim: trimmed("rtrim"),
  lpad: pad("pad_left"),
  rpad: pad("pad_right"),
  repeat: simple([STRING, INT], STRING, (s, n) => `repeat(${s}, greatest(${n}, 0))`),
  space: simple([INT], STRING, (n) => `repeat(' ', greatest(${n}, 0))`),
  reverse: scalar(1, 1, ([v], site) => {
    const value = v as Typed;
    return value.type.kind === "array"
      ? typed(`list_reverse(${value.sql})`, value.type)
      : typed(macro("reverse_text", argument(value, STRING, site).sql), STRING);
  }),
  replace: simple(
    [STRING, STRING, STRING],
    STRING,
    (s, from, to = "''") =>
      bind(from ?? "", (f) => `CASE WHEN ${f} = '' THEN ${s} ELSE replace(${s}, ${f}, ${to}) END`),
    2,
  ),
  translate: text((s, from, to) => `translate(${s}, ${from}, ${to})`, 3),
  substring_index: simple([STRING, STRING, INT], STRING, (s, d, n) =>
    macro("substring_index", s ?? "", d ?? "", n ?? ""),
  ),
  split_part: simple([STRING, STRING, INT], STRING, (s, d, n) =>
    bind(
      n ?? "",
      (k) =>
        `CASE WHEN ${k} = 0 THEN error('[INVALID_INDEX_OF_ZERO] The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).') WHEN ${d} = '' AND ${s} IS NOT NULL THEN CASE WHEN ${k} IN (1, -1) THEN ${s} ELSE '' END ELSE split_part(${s}, ${d}, ${k}) END`,
    ),
  ),
  ...named(
    "instr",
    simple([STRING, STRING], INT, (s, p) => `CAST(strpos(${s}, ${p}) AS INTEGER)`),
  ),
  charindex: simple(
    [STRING, STRING, INT],
    INT,
    (p, s, from = "1") => `CAST(${macro("locate", p ?? "", s ?? "", from)} AS INTEGER)`,
    2,
  ),
  ...named(
    "locate position",
    simple(
      [STRING, STRING, INT],
      INT,
      (p, s, from = "1") => `CAST(${macro("locate", p ?? "", s ?? "", from)} AS INTEGER)`,
      2,
    ),
  ),
  ...named(
    "startswith",
    search((s, p) => `starts_with(${s}, ${p})`),
  ),
  ...named(
    "endswith",
    search((s, p) => `ends_with(${s}, ${p})`),
  ),
  contains: search((s, p) => `contains(${s}, ${p})`),
  elt: scalar(2, MANY, ([n, ...values], site) => {
    const index = argument(n as Typed, INT, site).sql;
    const texts = values.map((value) => argument(value, STRING, site).sql);
    const beyond = failOrNull(
      `error('[INVALID_ARRAY_INDEX] The index ' || ${index} || ' is out of bounds. The array has ${texts.length} elements. Use the SQL function \`get()\` to tolerate accessing element at invalid index and return NULL instead.')`,
    );
    return typed(
      `CASE WHEN ${index} IS NULL THEN NULL WHEN ${index} NOT BETWEEN 1 AND ${texts.length} THEN ${beyond} ELSE ([${texts.join(", ")}])[${index}] END`,
      STRING,
    );
  }),
  // DuckDB counts bytes, which are characters only in ASCII.
  levenshtein: simple([STRING, STRING], INT, (a, b) =>
    bind(
      `[${a}, ${b}]`,
      (v) =>
        `CASE WHEN strlen(${v}[1]) = length(${v}[1]) AND strlen(${v}[2]) = length(${v}[2]) THEN CAST(levenshtein(${v}[1], ${v}[2]) AS INTEGER) WHEN ${v}[1] IS NOT NULL AND ${v}[2] IS NOT NULL THEN ${raise("UNSUPPORTED_FEATURE.LEVENSHTEIN", "The feature is not supported by the local SQL engine: levenshtein of text other than ASCII.")} END`,
    ),
  ),
  find_in_set: simple(
    [STRING, STRING],
    INT,
    (s, list) =>
      `CASE WHEN ${s} IS NOT NULL AND ${list} IS NOT NULL THEN CAST(coalesce(list_position(string_split(${list}, ','), ${s}), 0) AS INTEGER) END`,
  ),
  overlay: simple(
    [STRING, STRING, INT, INT],
    STRING,
    (s, r, p, n) =>
      `(left(${s}, greatest(${p} - 1, 0)) || ${r} || substring(${s}, ${p} + ${n ?? `CAST(length(${r}) AS INTEGER)`}))`,
    3,
  ),
  base64: scalar(1, 1, ([v], site) => typed(`to_base64(${bytes(v as Typed, site)})`, STRING)),
  unbase64: simple([STRING], BINARY, (v) => `from_base64(${v})`),
  hex: scalar(1, 1, ([v], site) => hex(v as Typed, site)),
  unhex: simple([STRING], BINARY, (v) =>
    bind(
      v,
      (x) =>
        `CASE WHEN regexp_full_match(${x}, '[0-9A-Fa-f]*') THEN unhex(CASE WHEN length(${x}) % 2 = 1 THEN '0' || ${x} ELSE ${x} END) END`,
    ),
  ),
  md5: digest("md5"),
  ...named("sha sha1", digest("sha1")),
  sha2: scalar(2, 2, ([v, bits], site) => sha2(v as Typed, bits as Typed, site)),
  encode: scalar(2, 2, ([v, charset], site) =>
    utf8(charset, site, typed(`encode(${argument(v as Typed, STRING, site).sql})`, BINARY)),
  ),
  uuid: scalar(0, 0, () => ({ ...typed("CAST(uuid() AS VARCHAR)", STRING), volatile: true })),
  format_number: scalar(2, 2, ([v, d], site) =>
    formatNumber(v as Typed, constantInteger(d, "a number of places", site), site),
  ),
  ...named("format_string printf", scalar(1, MANY, formatString)),
  to_binary: scalar(1, 2, ([v, f], site) => toBinary(v as Typed, f, site)),
};

function substring(value: Typed, position: Typed, count: Typed | undefined, site: CallSite): Typed {
  const source = argument(value, STRING, site).sql;
  const start = argument(position, INT, site).sql;
  return typed(
    macro(
      "sub",
      source,
      start,
      count === undefined ? "CAST(2147483647 AS INTEGER)" : argument(count, INT, site).sql,
    ),
    STRING,
  );
}

/** NULLs are ignored; arrays of strings are expanded. */
function concatWithSeparator([separator, ...values]: Typed[], site: CallSite): Typed {
  const delimiter = argument(separator as Typed, STRING, site).sql;
  const lists = values.map((value) =>
    value.type.kind === "array" ? cast(value, array(STRING)).sql : `[${argument(value, STRING, site).sql}]`,
  );
  const all =
    lists.length === 0 ? "CAST([] AS VARCHAR[])" : lists.reduce((a, b) => `list_concat(${a}, ${b})`);
  const filtered = macro("join_texts", `list_filter(${all}, lambda s: s IS NOT NULL)`, delimiter);
  return typed(`CASE WHEN ${delimiter} IS NOT NULL THEN ${filtered} END`, STRING);
}

function hex(value: Typed, site: CallSite): Typed {
  if (value.type.kind === "binary" || value.type.kind === "string")
    return typed(`hex(${bytes(value, site)})`, STRING);
  const number = argument(value, BIGINT, site).sql;
  return typed(
    bind(
      number,
      (n) =>
        `CASE WHEN ${n} >= 0 THEN upper(to_hex(${n})) ELSE upper(to_hex(CAST(CAST(${n} AS HUGEINT) + 18446744073709551616 AS UBIGINT))) END`,
    ),
    STRING,
  );
}

function sha2(value: Typed, bits: Typed, site: CallSite): Typed {
  const length = constantInteger(bits, "a bit length", site);
  if (length !== 0 && length !== 256)
    throw unsupported("SHA2", `sha2 with ${length} bits`, site.translation.position(site.node.at));
  return typed(`sha256(${bytes(value, site)})`, STRING);
}

function formatNumber(value: Typed, places: number, site: CallSite): Typed {
  if (value.type.kind === "decimal" && value.type.precision > 15) {
    throw unsupported(
      "FORMAT_NUMBER",
      "format_number of a decimal with more than 15 digits",
      site.translation.position(site.node.at),
    );
  }
  return typed(`format('{:,.${Math.max(0, places)}f}', ${argument(value, DOUBLE, site).sql})`, STRING);
}

/** Java's format with plain directives only: `%d`, `%5.2f`, `%-10s`, `%x`, `%%`. */
function formatString([pattern, ...values]: Typed[], site: CallSite): Typed {
  const format = constantText(pattern, "a format", site);
  const directives = format.match(/%[^a-zA-Z%]*[a-zA-Z%]/g) ?? [];
  const plain = /^%(%|-?0?\d*(\.\d+)?[dsfx])$/;
  if (
    !directives.every((one) => plain.test(one)) ||
    directives.filter((one) => one !== "%%").length !== values.length
  ) {
    throw unsupported("FORMAT_STRING", `the format '${format}'`, site.translation.position(site.node.at));
  }
  const used = directives.filter((one) => one !== "%%");
  const args = values.map((value, i) => {
    const kind = used[i]?.at(-1);
    if (kind === "s") return `coalesce(${cast(value, STRING).sql}, 'null')`;
    return argument(value, kind === "f" ? DOUBLE : BIGINT, site).sql;
  });
  return typed(`printf(${[quoteText(format), ...args].join(", ")})`, STRING);
}

function toBinary(value: Typed, format: Typed | undefined, site: CallSite): Typed {
  const kind = format === undefined ? "hex" : constantText(format, "a format", site).toLowerCase();
  const source = argument(value, STRING, site).sql;
  if (kind === "utf-8" || kind === "utf8") return typed(`encode(${source})`, BINARY);
  return typed(kind === "base64" ? `from_base64(${source})` : `unhex(${source})`, BINARY);
}
