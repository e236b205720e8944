import { formatDialect, spark } from "sql-formatter";

/** The text laid out anew. What the formatter cannot read stays as it is. */
export function formatted(sql: string): string {
  try {
    return formatDialect(sql, { dialect: spark, keywordCase: "upper", paramTypes: { named: [":"] } });
  } catch {
    return sql;
  }
}
