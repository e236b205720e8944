import { expect, test } from "vitest";
import { rowsOf, ThriftClient, WAREHOUSE } from "../../test/thrift-client.ts";
import { ALICE, BOB, FILES, startForTest, type UnderTest } from "../../test/under-test.ts";

const PLACE = "/Volumes/main/default/files";

/** Runs a statement by Statement Execution. */
async function run({ call }: UnderTest, statement: string, token = ALICE) {
  const body = {
    statement,
    warehouse_id: WAREHOUSE.slice(WAREHOUSE.lastIndexOf("/") + 1),
    wait_timeout: "50s",
  };
  const { json } = await call("POST", "/api/2.0/sql/statements", { body, token });
  return {
    rows: json.result?.data_array as string[][] | undefined,
    error: json.status.error?.message as string | undefined,
    isVolumeOperation: json.manifest?.is_volume_operation as boolean | undefined,
    columns: json.manifest?.schema.columns.map((column: { name: string }) => column.name) as string[],
  };
}

test("PUT, GET and REMOVE hand the client a presigned URL, with which it moves the bytes", async () => {
  const started = await startForTest();
  const { call, workspace } = started;
  const send = (method: string, row: string[] = [], body?: string) => {
    const [url = "", headers = "{}"] = row.slice(-2);
    return call(method, url.slice(workspace.url.length), { token: null, headers: JSON.parse(headers), body });
  };
  const put = await run(started, `PUT '/tmp/a b.csv' INTO '${PLACE}/new/a b.csv'`);
  expect([put.columns, put.isVolumeOperation]).toEqual([
    ["operation", "localFile", "presignedUrl", "headers"],
    true,
  ]);
  expect(put.rows?.[0]?.slice(0, 2)).toEqual(["PUT", "/tmp/a b.csv"]);
  expect((await send("PUT", put.rows?.[0], "1,2\n")).status).toBe(200);
  const get = await run(started, `get '${PLACE}/new/a b.csv' to '/tmp/back';`);
  expect(get.rows?.[0]?.slice(0, 2)).toEqual(["GET", "/tmp/back"]);
  expect((await send("GET", get.rows?.[0])).bytes.toString()).toBe("1,2\n");
  const again = await run(started, `PUT '/tmp/x' INTO '${PLACE}/new/a b.csv'`);
  expect(again.error).toContain("[FILE_IN_STAGING_PATH_ALREADY_EXISTS]");
  const over = await run(started, `PUT '/tmp/x' INTO '${PLACE}/new/a b.csv' OVERWRITE`);
  expect((await send("PUT", over.rows?.[0], "new")).status).toBe(200);
  expect((await call("GET", `${FILES}/new/a%20b.csv`)).bytes.toString()).toBe("new");
  const remove = await run(started, `REMOVE '${PLACE}/new/a b.csv'`);
  expect(remove.columns).toEqual(["operation", "presignedUrl", "headers"]);
  expect((await send("DELETE", remove.rows?.[0])).status).toBe(204);
  expect((await send("DELETE", remove.rows?.[0])).status).toBe(404);
});

test("a PUT without OVERWRITE does not replace a file that appears before its bytes come", async () => {
  const started = await startForTest();
  const { call, workspace } = started;
  const { rows } = await run(started, `PUT '/tmp/x' INTO '${PLACE}/f'`);
  await call("PUT", `${FILES}/f`, { body: "first" });
  const [, , url = "", headers = "{}"] = rows?.[0] ?? [];
  const put = await call("PUT", url.slice(workspace.url.length), {
    token: null,
    headers: JSON.parse(headers),
    body: "second",
  });
  expect(put.status).toBe(409);
  expect((await call("GET", `${FILES}/f`)).bytes.toString()).toBe("first");
});

test("LIST names what a directory contains, with sizes and times", async () => {
  const started = await startForTest();
  const { rows, columns, isVolumeOperation } = await run(started, `LIST '${PLACE}/'`);
  expect(columns).toEqual(["path", "name", "size", "modification_time"]);
  expect(isVolumeOperation).toBeUndefined();
  expect(rows?.map(([path, name]) => [path, name])).toEqual([
    [`${PLACE}/README.txt`, "README.txt"],
    [`${PLACE}/people.csv`, "people.csv"],
    [`${PLACE}/reports/`, "reports/"],
  ]);
  expect(Number(rows?.[0]?.[2])).toBeGreaterThan(0);
});

test("file statements need the right to the volume and a path within one", async () => {
  const started = await startForTest();
  for (const [statement, problem] of [
    [`PUT '/tmp/x' INTO '${PLACE}/../x'`, "must be a name"],
    [`PUT '/tmp/x' INTO '${PLACE}'`, "existing directory"],
    [`GET '/Volumes/main/default/none/x' TO '/tmp/x'`, "does not exist"],
    [`LIST '${PLACE}/none'`, "not found"],
    [`REMOVE '/etc/passwd'`, "outside /Volumes"],
    [`PUT '/tmp/x' '${PLACE}/x'`, "PARSE_SYNTAX_ERROR"],
  ] as const) {
    expect((await run(started, statement)).error).toContain(problem);
  }
  expect((await run(started, `PUT '/tmp/x' INTO '${PLACE}/x'`, BOB)).error).toContain("PERMISSION_DENIED");
});

test("by Thrift the result is marked as a staging operation", async () => {
  const started = await startForTest();
  const alice = new ThriftClient(started.call);
  const session = await alice.session();
  const { directResults } = await alice.execute(session, `REMOVE '${PLACE}/README.txt'`, { runAsync: false });
  expect(directResults?.resultSetMetadata?.isStagingOperation).toBe(true);
  const rows = rowsOf(directResults!.resultSetMetadata!.arrowSchema, directResults!.resultSet!);
  expect(rows[0]?.[0]).toBe("REMOVE");
  const select = await alice.execute(session, "SELECT 1", { runAsync: false });
  expect(select.directResults?.resultSetMetadata?.isStagingOperation).toBe(false);
});
