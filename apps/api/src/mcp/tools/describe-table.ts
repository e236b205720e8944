import { asOperationError, OperationError, type OperationResult, operations } from "@front-door/operations";
import * as z from "zod";
import { resultBytesMax } from "../result-size.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { fullTableName } from "./full-table-name.ts";
import { readRows, type SomeRows } from "./result-rows.ts";
import { settledStatement } from "./statement.ts";

type TableName = z.output<typeof fullTableName>;
type Table = OperationResult<"get_table">;

const sampleRows = 3;
const sampleBytesMax = 5_000;
/** Wider tables get statistics of their first columns. */
const statisticsColumnsMax = 30;
/** Characters of a minimum or a maximum. */
const edgeLengthMax = 40;
const statisticsBytesMax = 7_000;
const notesBytesMax = 2_000;

/** Types whose values have an order. */
const ordinary: ReadonlySet<string> = new Set(
  "BIGINT BOOLEAN CHAR DATE DECIMAL DOUBLE FLOAT INT SMALLINT STRING TIMESTAMP TIMESTAMP_NTZ TINYINT VARCHAR".split(
    " ",
  ),
);

const someRows = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string().optional() })),
  rows: z.array(z.array(z.unknown())),
});

export const describeTable = defineTool({
  name: "describe_table",
  title: "Describe a table",
  description:
    "What to know before a query: the columns with types and comments, and some sample rows. With statistics, row count, and for each column its NULLs, distinct values (approximate), minimum and maximum.",
  domain: "unity_catalog",
  listedByDefault: true,
  kind: "query",
  idempotent: true,
  needs: ["get_table"],
  params: z.strictObject({
    table: fullTableName.describe("catalog.schema.table"),
    statistics: z.boolean().default(false).describe("Also compute statistics, which reads the whole table."),
  }),
  result: z.object({
    table: operations.get_table.result,
    sample: someRows.optional(),
    statistics: z
      .object({
        row_count: z.number(),
        columns: z.array(
          z.object({
            name: z.string(),
            nulls: z.number(),
            distinct_values: z.number(),
            minimum: z.unknown(),
            maximum: z.unknown(),
          }),
        ),
      })
      .optional(),
    notes: z.array(z.string()).optional(),
  }),
  async run({ table: name, statistics }, context) {
    const table = await context.gateway.call("get_table", name, context.call);
    const notes: string[] = [];
    const sample = await orNote("sample rows", notes, () => sampleOf(name, context));
    const figures = statistics
      ? await orNote("statistics", notes, () => statisticsOf(name, table, context))
      : undefined;
    return {
      structured: {
        table: fitting(table, resultBytesMax - sampleBytesMax - statisticsBytesMax - notesBytesMax, notes),
        ...(sample === undefined ? {} : { sample }),
        ...(figures === undefined ? {} : { statistics: figures }),
        ...(notes.length === 0 ? {} : { notes }),
      },
    };
  },
});

/** What else there is to say of a table is no reason to say nothing. */
async function orNote<Result>(
  what: string,
  notes: string[],
  get: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await get();
  } catch (error) {
    const { code, message } = asOperationError(error);
    if (code === "CANCELLED" || code === "INTERNAL_ERROR") throw error;
    notes.push(`No ${what}: ${message} (${code})`);
    return undefined;
  }
}

async function sampleOf(name: TableName, { gateway, call }: ToolContext) {
  const params = { ...name, row_limit: sampleRows, format: "ndjson" } as const;
  const reply = await gateway.stream("preview_table", params, call);
  const { columns, rows } = await readRows(reply.body, { bytesMax: sampleBytesMax });
  return { columns, rows };
}

async function statisticsOf(name: TableName, { columns = [] }: Table, context: ToolContext) {
  const ordered = columns.filter(({ type }) => ordinary.has(String(type))).slice(0, statisticsColumnsMax);
  const [figures = []] = await rowsOf(statisticsSql(name, ordered), context);
  const [rowCount, ...ofColumns] = figures;
  return {
    row_count: Number(rowCount),
    columns: ordered.map(({ name: column }, index) => {
      const [values, distinct, minimum, maximum] = ofColumns.slice(4 * index, 4 * index + 4);
      const nulls = Number(rowCount) - Number(values);
      return { name: column, nulls, distinct_values: Number(distinct), minimum, maximum };
    }),
  };
}

/** Everything in one statement, so that the table is read once. */
function statisticsSql(name: TableName, columns: readonly { readonly name: string }[]): string {
  const figures = columns.flatMap(({ name: column }) => {
    const value = quoted(column);
    return [
      `count(${value})`,
      `approx_count_distinct(${value})`,
      ...["min", "max"].map((edge) => `substr(CAST(${edge}(${value}) AS STRING), 1, ${edgeLengthMax})`),
    ];
  });
  const from = [name.catalog, name.schema, name.name].map(quoted).join(".");
  return `SELECT ${["count(*)", ...figures].join(", ")} FROM ${from}`;
}

async function rowsOf(sql: string, context: ToolContext): Promise<SomeRows["rows"]> {
  const { gateway, call } = context;
  const submitted = await gateway.call("submit_statement", { sql }, { ...call, signal: undefined });
  const { statement_id, state } = await settledStatement(submitted, { isOwn: true }, context);
  if (state !== "SUCCEEDED") {
    await gateway.call("cancel_statement", { statement_id }, call);
    throw new OperationError("DEADLINE_EXCEEDED", "The table is too large to read in time.");
  }
  const reply = await gateway.stream("get_statement_result", { statement_id, format: "ndjson" }, call);
  const { rows } = await readRows(reply.body, { bytesMax: statisticsBytesMax });
  return rows;
}

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** The table with as many of its columns as fit. */
function fitting(table: Table, bytesMax: number, notes: string[]): Table {
  const { columns = [], ...others } = table;
  let bytes = Buffer.byteLength(JSON.stringify(others));
  const kept = columns.filter(
    (column) => (bytes += Buffer.byteLength(JSON.stringify(column)) + 1) <= bytesMax,
  );
  if (kept.length === columns.length) return table;
  notes.push(
    `Only ${kept.length} of ${columns.length} columns are here. SELECT column_name, full_data_type FROM ${table.catalog_name}.information_schema.columns has all.`,
  );
  return { ...others, columns: kept };
}
