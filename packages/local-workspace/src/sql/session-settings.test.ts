import { type Schema, tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { rowsOf, ThriftClient } from "../../test/thrift-client.ts";
import { startForTest } from "../../test/under-test.ts";

const warehouse_id = "a1b2c3d4e5f60718";
const SESSIONS = "/api/2.0/sql/sessions";
const STATEMENTS = "/api/2.0/sql/statements";

async function start() {
  const { call } = await startForTest();
  const client = new ThriftClient(call);
  const thrift = async (configuration: Record<string, string>) => {
    const session = await client.session({ configuration: new Map(Object.entries(configuration)) });
    return async (sql: string, more: object = {}) => {
      const { resultSetMetadata, resultSet, operationStatus } = (await client.execute(session, sql, more))
        .directResults!;
      if (resultSet === undefined) throw new Error(operationStatus?.displayMessage);
      const { arrowSchema } = resultSetMetadata!;
      const rows = rowsOf(arrowSchema, resultSet);
      return { rows, schema: arrowSchema === undefined ? undefined : tableFromIPC(arrowSchema).schema };
    };
  };
  const rest = async (session_confs: Record<string, string>) => {
    const { session_id } = (await call("POST", SESSIONS, { body: { warehouse_id, session_confs } })).json;
    return async (statement: string) => {
      const { json } = await call("POST", STATEMENTS, { body: { warehouse_id, session_id, statement } });
      return json.status.state === "SUCCEEDED" ? json.result.data_array : json.status.error.message;
    };
  };
  return { call, client, thrift, rest };
}

const zoneOf = (schema: Schema | undefined) =>
  (schema?.fields[0]?.type as { timezone?: string } | undefined)?.timezone;

test("TIMEZONE of a Thrift session governs its values, the zone of Arrow's timestamps and their text", async () => {
  const { thrift } = await start();
  const berlin = await thrift({ TIMEZONE: "Europe/Berlin" });
  const utc = await thrift({});
  const sql = "SELECT timestamp_seconds(0)";
  expect((await berlin("SELECT current_timezone(), hour(timestamp_seconds(0))")).rows).toEqual([
    ["Europe/Berlin", 1],
  ]);
  expect((await utc("SELECT current_timezone(), hour(timestamp_seconds(0))")).rows).toEqual([["Etc/UTC", 0]]);
  expect([zoneOf((await berlin(sql)).schema), zoneOf((await utc(sql)).schema)]).toEqual([
    "Europe/Berlin",
    "UTC",
  ]);
  const asText = { useArrowNativeTypes: { timestampAsArrow: false } };
  expect((await berlin(sql, asText)).rows).toEqual([["1970-01-01 01:00:00"]]);
  expect((await utc(sql, asText)).rows).toEqual([["1970-01-01 00:00:00"]]);
  await berlin("SET TIME ZONE '+05:30'");
  expect(zoneOf((await berlin(sql)).schema)).toBe("+05:30");
  await berlin("SET TIME ZONE LOCAL");
  expect((await berlin("SELECT current_timezone()")).rows).toEqual([["Europe/Berlin"]]);
});

test("sessions in two time zones that run side by side keep apart", async () => {
  const { thrift } = await start();
  const zones = ["Europe/Berlin", "Asia/Tokyo", "-08:00", "UTC"];
  const sessions = await Promise.all(zones.map((TIMEZONE) => thrift({ TIMEZONE })));
  const sql = "SELECT max(hour(timestamp_seconds(id * 86400))) FROM range(20000)";
  const rounds = Array.from({ length: 5 }, () => Promise.all(sessions.map((run) => run(sql))));
  for (const answers of await Promise.all(rounds))
    expect(answers.map(({ rows }) => rows[0]?.[0])).toEqual([2, 9, 16, 0]);
});

test("session_confs of a REST session set the time zone, which JSON_ARRAY has in its text", async () => {
  const { call, rest } = await start();
  const run = await rest({ TIMEZONE: "Europe/Berlin" });
  expect(
    await run(
      "SELECT timestamp_seconds(0), TIMESTAMP '2024-07-01 00:30:00', TIMESTAMP_NTZ '2024-07-01 00:30:00', NULL",
    ),
  ).toEqual([
    ["1970-01-01T01:00:00.000+01:00", "2024-07-01T00:30:00.000+02:00", "2024-07-01T00:30:00.000", null],
  ]);
  const utc = await rest({});
  expect(await utc("SELECT timestamp_seconds(0)")).toEqual([["1970-01-01T00:00:00.000Z"]]);
  const body = { warehouse_id, session_confs: { TIMEZONE: "Nowhere/City" } };
  const refused = await call("POST", SESSIONS, { body });
  expect([refused.status, refused.json.message]).toEqual([
    400,
    expect.stringContaining("[INVALID_CONF_VALUE.TIME_ZONE]"),
  ]);
});

test("a Thrift session with a time zone that does not exist is refused", async () => {
  const { client } = await start();
  const { status } = await client.openSession({ configuration: new Map([["TIMEZONE", "Mars/Base"]]) });
  expect(status?.displayMessage ?? status?.errorMessage).toContain("[INVALID_CONF_VALUE.TIME_ZONE]");
});

test("ANSI_MODE is off only in the session that turned it off, over Thrift and REST", async () => {
  const { thrift, rest } = await start();
  const sql = "SELECT CAST('x' AS INT), 1 / 0";
  expect((await (await thrift({ ansi_mode: "false" }))(sql)).rows).toEqual([[null, null]]);
  expect((await (await thrift({ "spark.sql.ansi.enabled": "false" }))(sql)).rows).toEqual([[null, null]]);
  await expect((await thrift({}))(sql)).rejects.toThrow("CAST_INVALID_INPUT");
  const run = await rest({ ANSI_MODE: "false" });
  expect(await run(sql)).toEqual([[null, null]]);
  await run("SET ANSI_MODE = true");
  expect(await run(sql)).toContain("CAST_INVALID_INPUT");
});
