import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixedCredential } from "../src/databricks/credential.ts";
import { RetryBudget } from "../src/databricks/retry-budget.ts";
import {
  type Connection,
  connect,
  type DBSQLSession,
  disconnect,
  metadataOf,
  type RowSet,
  rowSetsOf,
} from "../src/sql/driver.ts";
import { tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let connection: Connection;
let session: DBSQLSession;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  connection = await connect({
    address: { origin: workspace.url },
    httpPath: warehousePath,
    credential: fixedCredential(tokenOf.alice),
    budget: new RetryBudget(),
    requestMs: 10_000,
  });
  session = (await connection.client.openSession()) as DBSQLSession;
});
afterAll(async () => {
  await disconnect(connection, [session], 1_000);
  await workspace.close();
});

const run = (sql: string, maxRows = 1) =>
  session.executeStatement(sql, { maxRows, useCloudFetch: false, useLZ4Compression: false });
const batchesOf = (rowSet: RowSet | undefined) => (rowSet?.arrowBatches ?? []).map(({ batch }) => batch);

describe("the pinned driver", () => {
  test("gives large batches as views of the reply that they came in: nothing of it was copied", async () => {
    const operation = await run("SELECT id, repeat('x', 100) FROM range(0, 10000)");
    const rowSets = rowSetsOf(operation);
    await rowSets.fetchNext({ limit: 10_000 });
    const batches = batchesOf(await rowSets.fetchNext({ limit: 10_000 }));
    expect(batches.length).toBeGreaterThan(0);
    for (const batch of batches) {
      expect(batch.length).toBeGreaterThan(64 * 1024);
      expect(batch.buffer.byteLength).toBeGreaterThan(batch.length);
      expect(batch.buffer).toBe(batches[0]?.buffer);
    }
    await operation.close();
  });

  test("asks for bytes too: a fetch of wide rows is of about 2 MiB, however many were asked for", async () => {
    const operation = await run("SELECT id, repeat('x', 10000) FROM range(0, 2000)");
    const rowSets = rowSetsOf(operation);
    await rowSets.fetchNext({ limit: 2_000 });
    const batches = batchesOf(await rowSets.fetchNext({ limit: 2_000 }));
    const bytes = batches.reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeGreaterThan(1024 * 1024);
    expect(bytes).toBeLessThan(2.5 * 1024 * 1024);
    await operation.close();
  });

  test("keeps no reply by the little that is left of it: a schema, a short batch", async () => {
    const operation = await run("SELECT id, repeat('x', 100000) FROM range(0, 3)", 10);
    const { arrowSchema } = await metadataOf(operation);
    // The reply has 300 KB; what is short is in a pool of 64 KiB with other such.
    expect(arrowSchema?.buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
    await operation.close();
  });
});
