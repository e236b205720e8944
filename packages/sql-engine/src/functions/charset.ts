import { SqlError, unsupported } from "../sql-error.ts";
import type { Typed } from "../translate/typed.ts";
import type { CallSite } from "./definition.ts";
import { constantText } from "./params.ts";

const CHARSETS = new Set("US-ASCII ISO-8859-1 UTF-8 UTF8 UTF-16 UTF-16BE UTF-16LE UTF-32".split(" "));

/** Refuses any other character set, since DuckDB has none. */
export function utf8(charset: Typed | undefined, site: CallSite, value: Typed): Typed {
  const name = constantText(charset, "a character set", site).toUpperCase();
  if (!CHARSETS.has(name))
    throw new SqlError(
      "INVALID_PARAMETER_VALUE.CHARSET",
      `The value of parameter(s) \`charset\` in \`${site.name}\` is invalid: ${name}.`,
      site.translation.position(site.node.at),
    );
  if (name !== "UTF-8" && name !== "UTF8")
    throw unsupported("CHARACTER_SET", `the character set ${name}`, site.translation.position(site.node.at));
  return value;
}
