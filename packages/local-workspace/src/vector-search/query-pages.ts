import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";

/** The engine takes minutes for a query of tens of thousands. */
const COLUMNS_MAX = 1000;

const columnNames = z.array(z.string()).max(COLUMNS_MAX);

export const querySchema = z.object({
  columns: columnNames.min(1),
  query_text: z.string().optional(),
  query_vector: z.array(z.number()).optional(),
  query_type: z.string().default("ANN"),
  num_results: z.number().int().min(1).max(10_000).default(10),
  filters_json: z.string().optional(),
  score_threshold: z.number().optional(),
  columns_to_rerank: columnNames.optional(),
  reranker: z
    .object({
      model: z.string(),
      parameters: z.object({ columns_to_rerank: columnNames.optional() }).optional(),
    })
    .optional(),
});

export type Query = z.infer<typeof querySchema>;

export const nextPageSchema = z.object({ page_token: z.string().default("") });

export interface Found {
  readonly columns: readonly { readonly name: string; readonly type_text: string }[];
  /** The nearest first, each with its score at the end. */
  readonly rows: readonly unknown[][];
}

/** Databricks sends results in groups of so many. */
const PAGE_ROWS = 1_000;

const pageToken = z.object({ query: querySchema, from: z.number().int().positive() });

export function resultPage(query: Query, { columns, rows }: Found, from: number): object {
  const page = rows.slice(from, from + PAGE_ROWS);
  const next = from + PAGE_ROWS;
  const token = JSON.stringify({ query, from: next });
  return {
    manifest: { column_count: columns.length, columns },
    result: { row_count: page.length, data_array: page },
    next_page_token: next < rows.length ? Buffer.from(token).toString("base64url") : "",
  };
}

/** Throws 400 for what is no token. */
export function openPageToken(token: string): z.infer<typeof pageToken> {
  try {
    return pageToken.parse(JSON.parse(Buffer.from(token, "base64url").toString()));
  } catch {
    throw invalidParameter("page_token is invalid: it must come from an earlier page of this query.");
  }
}
