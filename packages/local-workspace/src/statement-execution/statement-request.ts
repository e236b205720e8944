import type { StatementParameters } from "@front-door/sql-engine";
import { z } from "zod";
import { invalidParameter, notImplemented } from "../http/api-error.ts";
import type { QueryTag } from "../sql/statement-log.ts";

export const statementRequestSchema = z.object({
  statement: z.string().default(""),
  warehouse_id: z.string().default(""),
  session_id: z.string().optional(),
  catalog: z.string().optional(),
  schema: z.string().optional(),
  parameters: z
    .array(
      z.object({
        name: z.string().default(""),
        /** From 1, in place of a name: what Databricks' JDBC driver sends for a `?`. */
        ordinal: z.number().int().positive().optional(),
        value: z.string().nullish(),
        type: z.string().optional(),
      }),
    )
    .default([]),
  /** Public preview: docs.databricks.com, "Query tags". */
  query_tags: z.array(z.object({ key: z.string(), value: z.string().optional() })).default([]),
  row_limit: z.coerce.number().int().positive().optional(),
  byte_limit: z.coerce.number().int().positive().optional(),
  disposition: z.string().default("INLINE"),
  format: z.string().default("JSON_ARRAY"),
  wait_timeout: z.string().default("10s"),
  on_wait_timeout: z.enum(["CONTINUE", "CANCEL"]).default("CONTINUE"),
});

export interface StatementRequest {
  sql: string;
  warehouseId: string;
  /** The session that it runs in; undefined for one of its own. */
  sessionId: string | undefined;
  catalog: string | undefined;
  schema: string | undefined;
  parameters: StatementParameters | undefined;
  tags: readonly QueryTag[];
  rowLimit: number | undefined;
  byteLimit: number | undefined;
  disposition: "INLINE" | "EXTERNAL_LINKS";
  format: "JSON_ARRAY" | "ARROW_STREAM";
  waitMs: number;
  cancelAfterWait: boolean;
}

const TEXT_BYTES_MAX = 16 * 1024 * 1024;

/** Throws 400 for what Databricks rejects, and 501 for what only the local workspace does not support. */
export function statementRequest(body: z.infer<typeof statementRequestSchema>): StatementRequest {
  if (body.statement.trim() === "") throw invalidParameter("Missing required field: statement");
  if (body.warehouse_id === "") throw invalidParameter("Missing required field: warehouse_id");
  if (body.session_id && (body.catalog || body.schema))
    throw invalidParameter("A statement in a session cannot have a catalog or schema of its own.");
  if (Buffer.byteLength(body.statement) > TEXT_BYTES_MAX) {
    throw invalidParameter("The text of a statement must be at most 16 MiB.");
  }
  return {
    sql: body.statement,
    warehouseId: body.warehouse_id,
    sessionId: body.session_id || undefined,
    catalog: body.catalog || undefined,
    schema: body.schema || undefined,
    parameters: parametersOf(body.parameters),
    tags: body.query_tags,
    rowLimit: body.row_limit,
    byteLimit: body.byte_limit,
    ...formatOf(body),
    waitMs: waitMs(body.wait_timeout),
    cancelAfterWait: body.on_wait_timeout === "CANCEL",
  };
}

function formatOf({ disposition: asked, format }: { disposition: string; format: string }) {
  // The service may choose, and links suit every size.
  const disposition = asked === "INLINE_OR_EXTERNAL_LINKS" ? "EXTERNAL_LINKS" : asked;
  if (disposition !== "INLINE" && disposition !== "EXTERNAL_LINKS") {
    throw notImplemented(`the disposition ${disposition}`);
  }
  if (format !== "JSON_ARRAY" && format !== "ARROW_STREAM") throw notImplemented(`the format ${format}`);
  if (disposition === "INLINE" && format !== "JSON_ARRAY") {
    throw invalidParameter(`The format ${format} is only supported with the disposition EXTERNAL_LINKS.`);
  }
  return { disposition, format } as const;
}

/** `0s`, or 5 to 50 whole seconds. */
function waitMs(text: string): number {
  const seconds = /^\d+s$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  if (seconds === 0 || (seconds >= 5 && seconds <= 50)) return seconds * 1000;
  throw invalidParameter(`wait_timeout must be 0s or between 5s and 50s, got "${text}".`);
}

/**
 * A parameter without a name is the `?` of its ordinal, or else the next one. Without a type it is a STRING, without a value
 * it is NULL.
 */
function parametersOf(
  sent: z.infer<typeof statementRequestSchema>["parameters"],
): StatementParameters | undefined {
  if (sent.length === 0) return undefined;
  const given = sent.toSorted((one, other) => (one.ordinal ?? 0) - (other.ordinal ?? 0));
  const values = given.map(({ value, type }) => ({ type: type ?? "STRING", value: value ?? null }));
  const named = given.filter(({ name }) => name !== "").length;
  if (named === 0) return values;
  if (named < given.length) throw invalidParameter("Named and positional parameters cannot be mixed.");
  return Object.fromEntries(given.map(({ name }, at) => [name, values[at] ?? { type: "VOID", value: null }]));
}
