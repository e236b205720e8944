import { SqlError } from "@front-door/sql-engine";
import { invalidParameter, notImplemented } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import { DIMENSIONS, embedding } from "../model-serving/hash-embedding.ts";
import { jsonRows } from "../statement-execution/cell-text.ts";
import type { Workspace } from "../workspace.ts";
import { conditionsOf, quoted } from "./filters.ts";
import type { Found, Query } from "./query-pages.ts";
import type { Index } from "./vector-search.ts";

/** As many as Databricks' reranker gets. */
const RERANKED_ROWS = 50;

type Row = (string | null)[];

/** The rows of the source table, as the principal may read it, by the cosine of their text's vector and the query's. */
export async function nearestRows(
  workspace: Workspace,
  principal: Principal,
  index: Index,
  query: Query,
): Promise<Found> {
  if (query.query_type !== "ANN") throw notImplemented(`vector search of the type ${query.query_type}`);
  const wanted = vectorOf(query);
  const reranked = query.reranker?.parameters?.columns_to_rerank ?? query.columns_to_rerank ?? [];
  const read = await readRows(
    workspace,
    principal,
    index,
    [index.text_column, ...query.columns, ...reranked],
    query,
  );
  const scored = read.rows
    .map(([text, ...values]) => ({ values, score: cosine(wanted, embedding(text ?? "")) }))
    .filter(({ score }) => score >= (query.score_threshold ?? -1))
    .toSorted((a, b) => b.score - a.score);
  const shown = query.columns.length;
  if (query.reranker !== undefined || reranked.length > 0) {
    const best = scored.splice(0, RERANKED_ROWS).map((row) => ({
      ...row,
      score: cosine(wanted, embedding(row.values.slice(shown).join(" "))),
    }));
    scored.unshift(...best.toSorted((a, b) => b.score - a.score));
  }
  return {
    columns: [...read.columns.slice(1, shown + 1), { name: "score", type_text: "double" }],
    rows: scored.slice(0, query.num_results).map(({ values, score }) => [...values.slice(0, shown), score]),
  };
}

function vectorOf({ query_text, query_vector }: Query): number[] {
  if (query_vector === undefined) {
    if (query_text !== undefined) return embedding(query_text);
    throw invalidParameter("Either query_text or query_vector must be given.");
  }
  if (query_vector.length === DIMENSIONS) return query_vector;
  throw invalidParameter(`query_vector must have ${DIMENSIONS} numbers, got ${query_vector.length}.`);
}

async function readRows(
  { sql }: Workspace,
  principal: Principal,
  { source_table, primary_key }: Index,
  columns: readonly string[],
  query: Query,
): Promise<{ columns: { name: string; type_text: string }[]; rows: Row[] }> {
  const { text, parameters } = conditionsOf(query.filters_json);
  const from = source_table.split(".").map(quoted).join(".");
  const select = columns.map(quoted).join(", ");
  const session = (await sql.engine()).openSession({ principal: principal.name });
  try {
    const statement = `SELECT ${select} FROM ${from}${text} ORDER BY ${quoted(primary_key)}`;
    const result = await session.execute(statement, { parameters });
    const rows: Row[] = [];
    for await (const batch of result.batches) {
      for (const row of jsonRows(batch)) rows.push(JSON.parse(row) as Row);
    }
    await result.close();
    const described = result.columns.map(({ name, typeText }) => ({ name, type_text: typeText }));
    return { columns: described, rows };
  } catch (error) {
    // A column that does not exist, or a value that is not of its type.
    if (error instanceof SqlError) throw invalidParameter(error.message);
    throw error;
  } finally {
    await session.close();
  }
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const product = a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  const lengths = Math.hypot(...a) * Math.hypot(...b);
  return lengths === 0 ? 0 : product / lengths;
}
