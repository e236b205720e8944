import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { type Answer, errorOf, type GatewayUnderTest } from "../gateway-under-test.ts";

/** The catalogs to try first: every new workspace has one of them. */
const usualCatalogs = ["main", "workspace"];
/** A stopped warehouse needs minutes. */
const warehouseStartMs = 10 * 60_000;

/** A schema of the run's own, with a volume and a table in it. */
export interface LivePlace {
  readonly catalog: string;
  readonly schema: string;
  readonly volume: string;
  readonly table: string;
  /** The volume's path. */
  readonly files: string;
}

/** What a run works with. Where the identity may not do something, the reason stands in its place. */
export interface LiveWorkspace {
  readonly warehouseId: string | undefined;
  readonly place: LivePlace | undefined;
  /** Why there is no place to write. */
  readonly obstacle: string | undefined;
}

/** Finds a warehouse, and makes a schema in `catalog`, or in the first catalog that lets it. */
export async function findPlace(
  gateway: GatewayUnderTest,
  catalog: string | undefined,
): Promise<LiveWorkspace> {
  const me = await gateway.run("me");
  if (me.status !== 200) throw new Error(`the workspace does not let the gateway in: ${me.text}`);
  const { warehouses = [] } = (await gateway.run("list_warehouses")).body ?? {};
  const warehouseId = (
    warehouses.find(({ state }: { state?: string }) => state === "RUNNING") ?? warehouses[0]
  )?.id;
  if (warehouseId === undefined) return without(undefined, "the identity may use no SQL warehouse");
  await untilAwake(gateway, warehouseId);
  const refusals: string[] = [];
  for (const each of catalog === undefined ? await catalogs(gateway) : [catalog]) {
    const schema = `front_door_live_${randomBytes(6).toString("hex")}`;
    const made = await sql(gateway, warehouseId, `CREATE SCHEMA \`${each}\`.\`${schema}\``);
    if (made.status === 200) return { warehouseId, ...(await furnish(gateway, warehouseId, each, schema)) };
    refusals.push(`${each}: ${errorOf(made).error}`);
  }
  return without(warehouseId, `the identity may make a schema in no catalog (${refusals.join("; ")})`);
}

/** Fails with the whole reply, because nobody can look into a foreign workspace. */
export function checkStatus({ status, text }: Answer, expected: number): void {
  if (status !== expected) expect.fail(`expected ${expected}, got ${status}: ${text}`);
}

/** Removes the schema with everything in it. */
export async function removePlace(
  gateway: GatewayUnderTest,
  { place, warehouseId }: LiveWorkspace,
): Promise<void> {
  if (place === undefined || warehouseId === undefined) return;
  const { catalog, schema } = place;
  checkStatus(await sql(gateway, warehouseId, `DROP SCHEMA \`${catalog}\`.\`${schema}\` CASCADE`), 200);
  expect((await gateway.run("get_schema", { catalog, name: schema })).status).toBe(404);
}

function without(warehouseId: string | undefined, obstacle: string): LiveWorkspace {
  return { warehouseId, place: undefined, obstacle };
}

async function catalogs(gateway: GatewayUnderTest): Promise<readonly string[]> {
  const { body } = await gateway.run("list_catalogs");
  const managed: string[] = (body?.catalogs ?? [])
    .filter(({ catalog_type: type }: { catalog_type?: string }) => type === "MANAGED_CATALOG")
    .map(({ name }: { name: string }) => name);
  return [
    ...usualCatalogs.filter((name) => managed.includes(name)),
    ...managed.filter((name) => !usualCatalogs.includes(name)),
  ];
}

async function furnish(
  gateway: GatewayUnderTest,
  warehouseId: string,
  catalog: string,
  schema: string,
): Promise<Pick<LiveWorkspace, "place" | "obstacle">> {
  const [volume, table] = ["files", "numbers"];
  const place = { catalog, schema, volume, table, files: `/Volumes/${catalog}/${schema}/${volume}` };
  const asTable = `\`${catalog}\`.\`${schema}\`.${table} AS SELECT id, id * 2 AS double FROM range(0, 100)`;
  const steps = [
    () => gateway.run("create_volume", { catalog, schema, name: volume }),
    () => sql(gateway, warehouseId, `CREATE TABLE ${asTable}`),
  ];
  for (const step of steps) {
    const { status, text } = await step();
    if (status === 200) continue;
    await removePlace(gateway, { warehouseId, place, obstacle: undefined });
    return { place: undefined, obstacle: `the schema cannot be furnished: ${text}` };
  }
  return { place, obstacle: undefined };
}

async function untilAwake(gateway: GatewayUnderTest, warehouseId: string): Promise<void> {
  const endsAt = performance.now() + warehouseStartMs;
  for (;;) {
    const { status, text, body } = await sql(gateway, warehouseId, "SELECT 1");
    if (status === 200) return;
    if (body?.error_code !== "WAREHOUSE_STARTING" || performance.now() > endsAt) throw new Error(text);
    await delay(5_000);
  }
}

function sql(gateway: GatewayUnderTest, warehouseId: string, text: string) {
  return gateway.run("execute_query", { sql: text, warehouse_id: warehouseId, timeout_ms: 300_000 });
}
