import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { scriptedEngine } from "../../test/scripted-engine.ts";
import { rowsOf, ThriftClient } from "../../test/thrift-client.ts";
import { startForTest, temporaryFiles } from "../../test/under-test.ts";
import type { SqlLimits } from "../sql/sql-parts.ts";
import type { ExecuteStatementRequest, FetchResultsResponse } from "../thrift/tcli-structs.ts";

/** As the Python connector and the JDBC driver ask, unless cloud fetch is off. */
const CAN_DOWNLOAD: ExecuteStatementRequest = { runAsync: false, canDownloadResult: true };
const LINKS = 3;
/** Rows of 2 kB: 6 MB in all, while 4 MiB stay in the replies. */
const ROWS = 3_000;
const FILE_BYTES = 256 * 1024;

async function start(sqlLimits: Partial<SqlLimits> = {}) {
  const limits = { chunkBytes: FILE_BYTES, ...sqlLimits };
  const { call, dir } = await startForTest({ sqlEngine: scriptedEngine, sqlLimits: limits });
  const alice = new ThriftClient(call);
  const sessionHandle = await alice.session();
  const execute = (sql: string, more: ExecuteStatementRequest = CAN_DOWNLOAD) =>
    alice.execute(sessionHandle, sql, more);
  const download = (link: string, token: string | null = null) =>
    call("GET", new URL(link).pathname, { token });
  return { alice, dir, download, execute };
}

const linksOf = ({ results }: FetchResultsResponse) => results?.resultLinks ?? [];

test("a large result comes as Arrow files behind links, each of which can be read alone", async () => {
  const { alice, dir, download, execute } = await start();
  const { directResults, operationHandle } = await execute(`wide ${ROWS}`);
  expect(directResults?.resultSetMetadata?.resultFormat).toBe(LINKS);
  expect(directResults?.closeOperation).toBeUndefined();
  const links = linksOf(directResults!.resultSet!);
  for (let more = directResults!.resultSet!.hasMoreRows; more === true; ) {
    const part = await alice.fetch(operationHandle!, 1000);
    links.push(...linksOf(part));
    more = part.hasMoreRows;
  }
  const ids: unknown[] = [];
  for (const { fileLink, expiryTime, startRowOffset, rowCount, bytesNum } of links) {
    expect([startRowOffset, Number(expiryTime) > Date.now()]).toEqual([ids.length, true]);
    const { status, bytes } = await download(fileLink!);
    const table = tableFromIPC(bytes);
    expect([status, table.numRows, bytes.length]).toEqual([200, rowCount, bytesNum]);
    expect(bytes.length).toBeLessThan(2 * FILE_BYTES);
    ids.push(...table.getChildAt(0)!);
  }
  expect(links.length).toBeGreaterThan(10);
  expect(ids.map(Number)).toEqual(Array.from({ length: ROWS }, (_, id) => id));
  await alice.close(operationHandle!);
  expect((await download(links[0]!.fileLink!)).status).toBe(403);
  expect(await temporaryFiles(dir)).toEqual([]);
});

test("a result stays in the replies if it is small, or if the client cannot download", async () => {
  const { execute } = await start();
  const small = (await execute("rows 100")).directResults!;
  expect(small.resultSetMetadata?.resultFormat).toBe(0);
  expect(rowsOf(small.resultSetMetadata!.arrowSchema, small.resultSet!)).toHaveLength(100);
  expect(small.closeOperation).toBeDefined();
  for (const more of [{}, { canDownloadResult: false }, { ...CAN_DOWNLOAD, canReadArrowResult: false }]) {
    const { resultSet, resultSetMetadata } = (await execute(`wide ${ROWS}`, { runAsync: false, ...more }))
      .directResults!;
    expect(resultSetMetadata?.resultFormat).not.toBe(LINKS);
    expect(linksOf(resultSet!)).toEqual([]);
  }
});

test("a client without direct results learns from the metadata that links follow, before its first fetch", async () => {
  const { alice, execute } = await start();
  const { operationHandle } = await execute(`wide ${ROWS}`, { ...CAN_DOWNLOAD, getDirectResults: undefined });
  expect((await alice.metadata(operationHandle!)).resultFormat).toBe(LINKS);
  const fetched = await Promise.all([alice.fetch(operationHandle!, 1), alice.fetch(operationHandle!, 1)]);
  const [first, second] = fetched.map((part) => linksOf(part).map(({ startRowOffset }) => startRowOffset));
  expect([first!.length, second!.length]).toEqual([4, 4]);
  expect([...first!, ...second!]).toEqual([...first!, ...second!].toSorted((one, other) => one! - other!));
});

test("a result that fails after some of its files fails the fetch, and leaves no file", async () => {
  const { alice, dir, execute } = await start();
  const { operationHandle, directResults } = await execute("fail-after 250000");
  expect(linksOf(directResults!.resultSet!)).toHaveLength(4);
  let part = directResults!.resultSet!;
  while (part.hasMoreRows === true) part = await alice.fetch(operationHandle!, 1000);
  expect(part.status?.statusCode).toBe(3);
  await alice.close(operationHandle!);
  expect(await temporaryFiles(dir)).toEqual([]);
});

test("a link to a result works without a token until it expires, and never with one", async () => {
  const { download, execute } = await start();
  const { fileLink } = linksOf((await execute(`wide ${ROWS}`)).directResults!.resultSet!)[0]!;
  expect((await download(fileLink!, "local-token-alice")).status).toBe(400);
  const expired = await start({ linkMs: 0 });
  const gone = linksOf((await expired.execute(`wide ${ROWS}`)).directResults!.resultSet!)[0]!;
  expect((await expired.download(gone.fileLink!)).status).toBe(403);
});
