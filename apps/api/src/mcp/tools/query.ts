import {
  OperationError,
  type OperationParams,
  type OperationResult,
  operations,
} from "@front-door/operations";
import * as z from "zod";
import { inDefaultSchema } from "../../routing/in-default-schema.ts";
import { resultUri } from "../resource-uri.ts";
import { resultBytesMax } from "../result-size.ts";
import { defineTool, type ToolContext, type ToolOutput } from "../tool.ts";
import { afterStart } from "./after-start.ts";
import { questionOfStatement } from "./question-of-statement.ts";
import { readRows } from "./result-rows.ts";
import { settledStatement } from "./statement.ts";

const { sql, params, catalog, schema, warehouse_id } = operations.submit_statement.params.shape;

/** What the rest of the result, besides columns and rows, takes at most. */
const bytesBesides = 1_500;

const queryParams = z
  .strictObject({
    sql: sql.optional(),
    params,
    catalog: catalog.describe("The catalog of names without one."),
    schema: schema.describe("The schema of names without one."),
    warehouse_id: warehouse_id.describe("The SQL warehouse. Default: the configured one."),
    statement_id: operations.get_statement.params.shape.statement_id
      .optional()
      .describe("Instead of sql: a statement of an earlier call, to wait for it or to get more of its rows."),
    from_row: z
      .int()
      .min(0)
      .default(0)
      .describe("The first row to return, from 0: next_row of the call before."),
    max_rows: z.int().min(1).max(10_000).default(200).describe("The most rows to return."),
  })
  .refine(({ sql, statement_id }) => (sql === undefined) !== (statement_id === undefined), {
    message: "must have either sql or statement_id",
  });

const queryResult = z.object({
  statement_id: z.string(),
  state: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string().optional() })).optional(),
  rows: z.array(z.array(z.unknown())).optional(),
  row_count: z.int().optional(),
  next_row: z.int().optional(),
  note: z.string().optional(),
});

export const query = defineTool({
  name: "query",
  title: "Run SQL",
  description:
    "Runs one SQL statement on a SQL warehouse, waits up to 50 s, and returns the first rows that fit. A longer statement goes on: call again with its statement_id. next_row says that there are more rows: prefer aggregating, or LIMIT, to paging. Values go into params, as :name in the text.",
  domain: "sql",
  listedByDefault: true,
  kind: "destructive",
  readsWhereReadOnly: true,
  idempotent: false,
  needs: ["submit_statement", "get_statement", "get_statement_result", "cancel_statement"],
  params: queryParams,
  result: queryResult,
  question: ({ sql: text }) => questionOfStatement(text),
  async run({ statement_id, from_row, max_rows, ...statement }, context) {
    const { gateway, call } = context;
    const first =
      statement_id === undefined
        ? await submitted(statement, context)
        : await gateway.call("get_statement", { statement_id }, call);
    const goOn = `Call again with statement_id ${first.statement_id}, without sql, to wait for it and to get its rows.`;
    return afterStart(goOn, async () => {
      const settled = await settledStatement(first, { isOwn: statement_id === undefined }, context);
      return settled.state === "SUCCEEDED"
        ? withRows(settled, { fromRow: from_row, rowsMax: max_rows }, context)
        : { structured: { ...stateOf(settled), note: stillRunning } };
    });
  },
});

const stillRunning =
  "It is still running. Call query again with this statement_id, and without sql, to wait for it.";

type Statement = OperationResult<"get_statement">;

function stateOf({ statement_id, state }: Statement) {
  return { statement_id, state };
}

/** Not cancelled with the call: the id must arrive, or nobody could cancel the statement. */
async function submitted(
  { sql: text, ...given }: Omit<z.output<typeof queryParams>, "statement_id" | "from_row" | "max_rows">,
  { gateway, call, settingsFile }: ToolContext,
): Promise<Statement> {
  if (text === undefined) throw new OperationError("INVALID_PARAMETER_VALUE", "sql: must not be left out");
  const statement: OperationParams<"submit_statement"> = { ...given, sql: text };
  return inDefaultSchema(statement, { call }, { settingsFile }, (inSchema) =>
    gateway.call("submit_statement", inSchema, { ...call, signal: undefined }),
  );
}

async function withRows(
  settled: Statement,
  bounds: { readonly fromRow: number; readonly rowsMax: number },
  { gateway, call }: ToolContext,
): Promise<ToolOutput> {
  const { statement_id, row_count } = settled;
  const reply = await gateway.stream("get_statement_result", { statement_id, format: "ndjson" }, call);
  const { columns, rows, nextRow } = await readRows(reply.body, {
    ...bounds,
    bytesMax: resultBytesMax - bytesBesides,
  });
  const structured = {
    ...stateOf(settled),
    columns,
    rows,
    ...(row_count === undefined ? {} : { row_count }),
    ...(nextRow === undefined ? {} : { next_row: nextRow }),
  };
  if (nextRow === undefined) return { structured };
  const uri = resultUri(statement_id);
  const note = `More rows follow, from row ${nextRow}. ${uri} is the whole result.`;
  return {
    structured: { ...structured, note },
    content: [
      { type: "text", text: JSON.stringify({ ...structured, note }) },
      {
        type: "resource_link",
        uri,
        name: "The whole result",
        mimeType: "application/x-ndjson",
      },
    ],
  };
}
