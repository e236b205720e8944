import { SQLDialect } from "@codemirror/lang-sql";
import { sqlFunctions } from "./sql-functions.ts";

const keywords = `
add after all alter always analyze and anti any as asc at between by cascade case catalog catalogs change check clone cluster
clustered collate column columns comment commit constraint copy create cross cube current current_date current_timestamp data database databases
day days deep default delete delta desc describe detail distinct distribute drop else end escape except execute exists explain extended
external fetch filter first following for foreign format from full function functions generated global grant grants group grouping
having history hour hours identified identifier identity if ilike in inner insert intersect interval into is join key language last
lateral left like limit list local location managed map matched materialized merge minus minute month natural no not nulls of offset
on only optimize options or order outer over overwrite partition partitioned pivot position preceding primary properties purge qualify
range recursive refresh regexp rename repair replace restore returns revoke right rlike rollup row rows sample schema schemas second
select semi set sets shallow show skewed sort sync system table tables tablesample tblproperties temp temporary then timestamp to
truncate unbounded undrop union unique unpivot unset update use using vacuum values version view views volume volumes when where
window with within year zorder
`;

const types = `
array bigint binary boolean byte char date dec decimal double float int integer interval long map numeric real short smallint string
struct timestamp timestamp_ltz timestamp_ntz tinyint varchar variant void
`;

const words = (text: string) => text.trim().split(/\s+/).join(" ");

/** Databricks SQL, for the editor's colours and keywords. */
export const databricksDialect = SQLDialect.define({
  keywords: `${words(keywords)} true false null`,
  types: words(types),
  builtin: sqlFunctions.join(" "),
  backslashEscapes: true,
  doubleQuotedStrings: true,
  identifierQuotes: "`",
  operatorChars: "*+-%<>!=&|~^/",
  // `:name` is a parameter.
  specialVar: ":",
});
