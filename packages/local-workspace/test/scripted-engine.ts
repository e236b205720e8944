import { type ExecuteOptions, type SessionOptions, SqlError } from "@front-door/sql-engine";
import { Field, Int64, makeData, RecordBatch, Schema, Struct, Utf8, vectorFromArray } from "apache-arrow";
import type { Engine, EngineResult, EngineSession } from "../src/sql/engine.ts";

/** An engine that records what it is asked for. */
export interface ScriptedEngine extends Engine {
  readonly sessions: SessionOptions[];
  readonly executions: (ExecuteOptions & { sql: string })[];
  /** Batches read from it, of all statements together. */
  pulled: number;
  openSessions: number;
  openResults: number;
}

const schema = new Schema([new Field("n", new Int64(), false), new Field("t", new Utf8(), true)]);
const columns = [
  { name: "n", typeName: "LONG", typeText: "bigint", position: 0, nullable: false },
  { name: "t", typeName: "STRING", typeText: "string", position: 1, nullable: true },
];

/**
 * Acts on the statement's first word: `rows N [BATCH]` returns N rows, `wide N` N rows of 2 kB; `fail` fails at once,
 * `fail-after N` after N rows; `slow MS` returns one row after that time; `never` waits for an interrupt; `crash` throws
 * something other than SqlError.
 */
export function scriptedEngine(): ScriptedEngine {
  const engine: ScriptedEngine = {
    sessions: [],
    executions: [],
    pulled: 0,
    openSessions: 0,
    openResults: 0,
    openSession(options) {
      engine.sessions.push(options);
      engine.openSessions += 1;
      return session(engine, options);
    },
    tableDropped: () => Promise.resolve(),
    catalogDropped: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return engine;
}

function session(engine: ScriptedEngine, options: SessionOptions): EngineSession {
  return {
    catalog: options.catalog ?? "main",
    schema: options.schema ?? "default",
    async execute(sql, execution) {
      engine.executions.push({ ...execution, sql });
      const [word = "", first = "0", second = "4096"] = sql.split(" ");
      const count = Number(first);
      switch (word) {
        case "rows":
          return result(engine, batches(engine, count, Number(second)));
        case "wide":
          return result(engine, batches(engine, count, 1_024, "x".repeat(2_000)));
        case "fail":
          throw new SqlError("TABLE_OR_VIEW_NOT_FOUND", "The table or view `gone` cannot be found.", {
            line: 1,
            pos: 5,
          });
        case "fail-after":
          return result(engine, failing(engine, count));
        case "slow":
          await until(execution.signal, count);
          return result(engine, batches(engine, 1, 1));
        case "never":
          await until(execution.signal, 60_000);
          throw new Error("Nobody interrupted it.");
        default:
          throw new TypeError("crash with a secret inside");
      }
    },
    close() {
      engine.openSessions -= 1;
      return Promise.resolve();
    },
  };
}

function result(engine: ScriptedEngine, from: AsyncGenerator<RecordBatch>): EngineResult {
  engine.openResults += 1;
  let open = true;
  return {
    columns,
    schema,
    batches: from,
    affectedRows: undefined,
    close() {
      if (open) engine.openResults -= 1;
      open = false;
      return Promise.resolve();
    },
  };
}

async function* batches(
  engine: ScriptedEngine,
  rows: number,
  size: number,
  more = "",
): AsyncGenerator<RecordBatch> {
  for (let from = 0; from < rows; from += size) {
    engine.pulled += 1;
    yield await Promise.resolve(batch(from, Math.min(size, rows - from), more));
  }
}

async function* failing(engine: ScriptedEngine, rows: number): AsyncGenerator<RecordBatch> {
  yield* batches(engine, rows, rows);
  throw new SqlError("DIVIDE_BY_ZERO", "Division by zero.");
}

/** Rows `n`, `row n` and `more`, where every seventh text is NULL. */
function batch(from: number, length: number, more: string): RecordBatch {
  const numbers = BigInt64Array.from({ length }, (_, at) => BigInt(from + at));
  const texts = Array.from({ length }, (_, at) => ((from + at) % 7 === 0 ? null : `row ${from + at}${more}`));
  const children = [
    makeData({ type: new Int64(), length, nullCount: 0, data: numbers }),
    vectorFromArray(texts, new Utf8()).data[0]!,
  ];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }),
  );
}

function until(signal: AbortSignal | undefined, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const interrupt = () => {
      clearTimeout(timer);
      reject(new SqlError("OPERATION_CANCELED", "Operation has been canceled."));
    };
    if (signal?.aborted === true) interrupt();
    signal?.addEventListener("abort", interrupt, { once: true });
  });
}
