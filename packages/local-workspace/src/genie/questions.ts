import type { Seed } from "../state/seed.ts";
import type { StatementRequest } from "../statement-execution/statement-request.ts";

export type Space = Seed["genieSpaces"][number];

/** Databricks returns as many rows. */
const ROWS_MAX = 5_000;

/** The question of the space that this one is, whatever its case and punctuation. */
export function sqlFor({ questions }: Space, content: string): Space["questions"][number] | undefined {
  return questions.find(({ question }) => wordsOf(question) === wordsOf(content));
}

function wordsOf(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}

export function queryRequest({ warehouse_id }: Space, sql: string): StatementRequest {
  return {
    sql,
    warehouseId: warehouse_id,
    sessionId: undefined,
    catalog: undefined,
    schema: undefined,
    parameters: undefined,
    tags: [],
    rowLimit: ROWS_MAX,
    byteLimit: undefined,
    disposition: "INLINE",
    format: "JSON_ARRAY",
    waitMs: 0,
    cancelAfterWait: false,
  };
}
