import { Type, tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchMessage, schemaMessage } from "../src/arrow/ipc-message.ts";
import type { Session } from "../src/session.ts";
import { openTestEngine, query, readAll, type TestEngine } from "./test-engine.ts";

const MIDWAY = "SELECT if(id = 900000, raise_error('midway'), id) AS v FROM range(1000000)";
const SLOW = "SELECT count(*) FROM range(100000000) a JOIN range(100000) b ON a.id % 7 = b.id % 11";

describe("streamed results", () => {
  let test: TestEngine;
  let session: Session;
  beforeAll(async () => {
    test = await openTestEngine();
    session = test.engine.openSession({ principal: "tester@example.com" });
  });
  afterAll(() => test.close());

  it("two million rows arrive complete and in bounded memory", async () => {
    const before = process.memoryUsage().rss;
    const result = await session.execute(
      "SELECT id, CAST(id AS STRING) AS s, id / 3 AS d FROM range(2000000)",
    );
    expect(result.rowCount).toBeUndefined();
    let [rows, sum, peak, largest] = [0, 0n, 0, 0];
    for await (const batch of result.batches) {
      const ids = batch.getChildAt(0)?.toArray() as BigInt64Array;
      for (const id of ids) sum += id;
      rows += batch.numRows;
      largest = Math.max(largest, batch.numRows);
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    expect(rows).toBe(2_000_000);
    expect(sum).toBe(1_999_999_000_000n);
    expect(largest).toBeLessThanOrEqual(8192 + 2047);
    expect(peak - before).toBeLessThan(128 * 1024 * 1024);
  });

  it("closing a session stops what it runs, and what it reads, before it resolves", async () => {
    for (let round = 0; round < 3; round++) {
      const executing = test.engine.openSession({ principal: "tester@example.com" });
      const work = executing.execute(SLOW).catch((error: unknown) => error);
      // In the first round before the statement has a connection.
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, 30 * round));
      await executing.close();
      expect(await work).toMatchObject({ errorClass: "OPERATION_CANCELED" });

      const reading = test.engine.openSession({ principal: "tester@example.com" });
      const { batches } = await reading.execute("SELECT id FROM range(50000000)");
      const next = async () => batches[Symbol.asyncIterator]().next();
      await next();
      const pending = next().catch((error: unknown) => error);
      await reading.close();
      await pending;
    }
  });

  it("an ORDER BY is kept to the last row", async () => {
    const result = await session.execute("SELECT id % 1000 AS k, id FROM range(100000) ORDER BY k DESC, id");
    let last: [number, number] = [1000, -1];
    for await (const batch of result.batches) {
      for (let i = 0; i < batch.numRows; i++) {
        const row: [number, number] = [
          Number(batch.getChildAt(0)?.get(i)),
          Number(batch.getChildAt(1)?.get(i)),
        ];
        if (row[0] > last[0] || (row[0] === last[0] && row[1] <= last[1]))
          throw new Error(`${row.join()} after ${last.join()}`);
        last = row;
      }
    }
    expect(last).toEqual([0, 99_000]);
  });

  it("an error midway is thrown to the reader and never shortens the result", async () => {
    const result = await session.execute(MIDWAY);
    const reading = (async () => {
      for await (const _ of result.batches);
    })();
    await expect(reading).rejects.toMatchObject({ errorClass: "USER_RAISED_EXCEPTION" });
  });

  it("an error in a small result fails the statement", async () => {
    await expect(session.execute("SELECT if(id = 9000, 1 / 0, id) FROM range(10000)")).rejects.toMatchObject({
      errorClass: "DIVIDE_BY_ZERO",
    });
  });

  it("a small result states its number of rows", async () => {
    const result = await session.execute("SELECT * FROM range(5)");
    expect(result.rowCount).toBe(5);
    await result.close();
  });

  it("columns with the same name keep their own types", async () => {
    const result = await session.execute("SELECT 2 AS a, 'x' AS a, 2.5 AS a, date'2024-01-31' AS a");
    const parts = [schemaMessage(result.schema)];
    for await (const batch of result.batches) parts.push(batchMessage(batch));
    const [batch] = tableFromIPC(Buffer.concat(parts)).batches;
    expect(result.schema.fields.map(({ name }) => name)).toEqual(["a", "a", "a", "a"]);
    expect(batch?.data.children.map(({ type }) => type.typeId)).toEqual([
      Type.Int,
      Type.Utf8,
      Type.Decimal,
      Type.Date,
    ]);
  });

  it("the messages form an Arrow stream that apache-arrow can read", async () => {
    const result = await session.execute(
      "SELECT id, CAST(id AS STRING) AS s, map('k', id) AS m FROM range(20000)",
    );
    const parts = [schemaMessage(result.schema)];
    for await (const batch of result.batches) parts.push(batchMessage(batch));
    const table = tableFromIPC(Buffer.concat(parts));
    expect(table.numRows).toBe(20_000);
    expect(table.get(19_999)?.toJSON()).toMatchObject({ id: 19_999n, s: "19999" });
  });

  it.each([0, 50])("a session that is closed after %i ms ends its statement", async (afterMs) => {
    const own = test.engine.openSession({ principal: "tester@example.com" });
    const running = query(own, SLOW);
    setTimeout(() => void own.close(), afterMs);
    await expect(running).rejects.toMatchObject({ errorClass: "OPERATION_CANCELED" });
  });

  it("a caller's signal and a timeout end a statement, even while its result is read", async () => {
    await expect(query(session, SLOW, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      errorClass: "OPERATION_CANCELED",
    });
    expect((await query(session, "SELECT 1")).rows).toEqual([[1]]);
    await expect(query(session, SLOW, { timeoutMs: 100 })).rejects.toMatchObject({
      errorClass: "QUERY_TIMEOUT",
    });
    const stop = new AbortController();
    const result = await session.execute("SELECT id FROM range(10000000)", { signal: stop.signal });
    const read = (async () => {
      for await (const batch of result.batches) if (batch.numRows > 0) stop.abort();
    })();
    await expect(read).rejects.toMatchObject({ errorClass: "OPERATION_CANCELED" });
  });

  it("STATEMENT_TIMEOUT in the session's configuration ends a statement", async () => {
    const own = test.engine.openSession({
      principal: "tester@example.com",
      configuration: { statement_timeout: "1" },
    });
    await expect(query(own, SLOW)).rejects.toMatchObject({ errorClass: "QUERY_TIMEOUT" });
    // It limits the statement, not its reader.
    const result = await own.execute("SELECT id FROM range(20000)");
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await readAll(result)).rows).toHaveLength(20_000);
  });

  it("the event loop goes on while a slow statement runs", async () => {
    const stop = new AbortController();
    let hasEnded = false;
    const running = query(session, SLOW, { signal: stop.signal })
      .catch(() => undefined)
      .finally(() => (hasEnded = true));
    for (let timer = 0; timer < 10; timer++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(hasEnded).toBe(false);
    stop.abort();
    await running;
  });

  it("many statements of one session run concurrently", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => query(session, "SELECT :i + 1", { parameters: { i } })),
    );
    expect(answers.map((answer) => answer.rows[0]?.[0])).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });
});
