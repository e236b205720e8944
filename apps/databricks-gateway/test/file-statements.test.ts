import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DBSQLClient } from "@databricks/sql";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gateway-files-"));
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
  await rm(dir, { recursive: true, force: true });
});

const remote = "/Volumes/main/default/files/by-sql.txt";
const transfers = () => workspace.requests().filter(({ path }) => path.startsWith("/external-files/"));

test("PUT, GET and REMOVE through the gateway read and write no file of its machine", async () => {
  const [secret, target] = [join(dir, "secret"), join(dir, "target")];
  await writeFile(secret, "secret");
  for (const sql of [
    `PUT '${secret}' INTO '${remote}'`,
    `GET '/Volumes/main/default/files/README.txt' TO '${target}'`,
    "REMOVE '/Volumes/main/default/files/README.txt'",
  ]) {
    const { status, body } = await gateway.run("execute_query", { sql });
    expect([status, body.rows.length, body.rows[0][0]]).toEqual([200, 1, sql.split(" ")[0]]);
  }
  expect(transfers()).toEqual([]);
  expect(existsSync(target)).toBe(false);
  expect((await gateway.run("file_metadata", { path: remote })).status).toBe(404);
  expect(
    (await gateway.run("file_metadata", { path: "/Volumes/main/default/files/README.txt" })).status,
  ).toBe(200);
});

test("the driver that may use a local folder moves files by PUT, GET and REMOVE", async () => {
  const [from, to] = [join(dir, "from"), join(dir, "to")];
  await writeFile(from, "bytes");
  const { hostname: host, port } = new URL(workspace.url);
  const client = await new DBSQLClient().connect({
    host,
    port: Number(port),
    path: warehousePath,
    token: tokenOf.alice,
    telemetryEnabled: false,
  });
  const session = await client.openSession();
  const run = (sql: string) => session.executeStatement(sql, { stagingAllowedLocalPath: dir });
  await run(`PUT '${from}' INTO '${remote}'`);
  await expect(run(`PUT '${from}' INTO '${remote}'`)).rejects.toThrow("FILE_IN_STAGING_PATH_ALREADY_EXISTS");
  await run(`GET '${remote}' TO '${to}'`);
  expect(await readFile(to, "utf8")).toBe("bytes");
  await run(`REMOVE '${remote}'`);
  expect(transfers().map(({ method, status }) => [method, status])).toEqual([
    ["PUT", 200],
    ["GET", 200],
    ["DELETE", 204],
  ]);
  await client.close();
});
