import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { DBSQLClient } from "@databricks/sql";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { expect, onTestFinished, test } from "vitest";

test("x", async () => {
  const dir = await mkdtemp(join(tmpdir(), "local-sql-"));
  const workspace = await startLocalWorkspace({ dir, tls: true });
  tls.setDefaultCACertificates([
    ...tls.getCACertificates("default"),
    await readFile(workspace.caFile!, "utf8"),
  ]);
  const client = new DBSQLClient();
  await client.connect({
    host: "127.0.0.1",
    port: Number(new URL(workspace.url).port),
    path: "/sql/1.0/warehouses/a1b2c3d4e5f60718",
    token: "local-token-alice",
    telemetryEnabled: false,
  });
  const session = await client.openSession();
  const op = await session.executeStatement("SELECT 1 AS a, 'x' AS b, :p AS c", {
    namedParameters: { p: 5n },
  });
  console.log(await op.fetchAll());
  await op.close();
  const t = Date.now();
  const op2 = await session.executeStatement("SELECT id, id * 2 AS d FROM range(0, 1000000)");
  console.log((await op2.fetchAll()).length, Date.now() - t);
  await session.close();
  await client.close();
  console.log(workspace.statements(), workspace.openStatements(), workspace.openSqlSessions());
  await workspace.close();
}, 60000);
