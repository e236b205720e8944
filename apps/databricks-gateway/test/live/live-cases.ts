import type { OperationName } from "@front-door/operations";
import { expect } from "vitest";
import { calling, type LiveCase, type LiveContext } from "./live-case.ts";
import { liveCatalogCases } from "./live-catalog-cases.ts";
import { liveJobsCases } from "./live-jobs-cases.ts";
import { checkStatus } from "./live-place.ts";
import { liveWorkspaceCases } from "./live-workspace-cases.ts";

let serial = 0;

function fresh(kind: string): string {
  serial += 1;
  return `${kind}_${serial}`;
}

const inSchema = ({ place: { catalog, schema } }: LiveContext) => ({ catalog, schema });
/** A schema that nobody has, in the run's own catalog. */
const nowhere = ({ place: { catalog } }: LiveContext) => ({ catalog, schema: "front_door_live_nowhere" });
const missingPath = ({ place }: LiveContext) => ({ path: `${place.files}/nowhere` });
const missingWarehouse = () => ({ warehouse_id: "0000000000000000" });

async function freshFile({ gateway, place }: LiveContext): Promise<{ path: string }> {
  // A name with everything in it that a URL treats in its own way.
  const path = `${place.files}/${fresh("file")} #?%ü+.txt`;
  checkStatus(await gateway.upload({ path }, "content"), 200);
  return { path };
}

async function freshDirectory({ gateway, place }: LiveContext): Promise<{ path: string }> {
  const path = `${place.files}/${fresh("directory")}`;
  checkStatus(await gateway.run("create_directory", { path }), 200);
  return { path };
}

async function freshCopy(context: LiveContext): Promise<object> {
  const { path } = await freshFile(context);
  return { source_path: path, destination_path: `${path} (copy)` };
}

async function freshVolume(context: LiveContext): Promise<object> {
  const volume = { ...inSchema(context), name: fresh("volume") };
  checkStatus(await context.gateway.run("create_volume", volume), 200);
  return volume;
}

const query = "SELECT id, CAST(id AS DECIMAL(38,2)) AS exact FROM range(0, 3) ORDER BY id";
const rows = [
  ["0", "0.00"],
  ["1", "1.00"],
  ["2", "2.00"],
];

async function submitted(
  { gateway, warehouseId }: LiveContext,
  sql: string,
): Promise<{ statement_id: string }> {
  const answer = await gateway.run("submit_statement", { sql, warehouse_id: warehouseId });
  checkStatus(answer, 200);
  return { statement_id: answer.body.statement_id };
}

/** A statement that has succeeded. */
async function settled(context: LiveContext): Promise<{ statement_id: string }> {
  const statement = await submitted(context, query);
  await expect
    .poll(async () => (await context.gateway.run("get_statement", statement)).body.state, {
      timeout: 120_000,
    })
    .toBe("SUCCEEDED");
  return statement;
}

/** An operation without a case is not tried. */
export const liveCases: Readonly<Partial<Record<OperationName, LiveCase>>> = {
  ...liveJobsCases,
  ...liveWorkspaceCases,
  me: { ...calling("me", () => ({})), expected: () => ({ user_name: expect.any(String) }) },
  list_catalogs: calling("list_catalogs", () => ({})),
  get_catalog: {
    ...calling("get_catalog", ({ place }) => ({ name: place.catalog })),
    expected: ({ place }) => ({ name: place.catalog }),
    missing: () => ({ name: "front_door_live_nowhere" }),
  },
  list_schemas: {
    ...calling("list_schemas", ({ place: { catalog } }) => ({ catalog })),
    missing: () => ({ catalog: "front_door_live_nowhere" }),
  },
  get_schema: {
    ...calling("get_schema", ({ place }) => ({ catalog: place.catalog, name: place.schema })),
    expected: ({ place }) => ({ full_name: `${place.catalog}.${place.schema}` }),
    missing: (context) => ({ catalog: context.place.catalog, name: nowhere(context).schema }),
  },
  list_tables: {
    ...calling("list_tables", inSchema),
    expected: ({ place }) => ({ tables: [{ name: place.table, table_type: "MANAGED" }] }),
    missing: nowhere,
  },
  get_table: {
    ...calling("get_table", (context) => ({ ...inSchema(context), name: context.place.table })),
    expected: () => ({ columns: [{ name: "id", type: "BIGINT" }, { name: "double" }] }),
    missing: (context) => ({ ...inSchema(context), name: "nowhere" }),
  },
  preview_table: {
    ...calling("preview_table", (context) => ({
      ...inSchema(context),
      name: context.place.table,
      row_limit: 5,
      warehouse_id: context.warehouseId,
    })),
    expected: () => ({ row_count: 5, truncated: true }),
    missing: (context) => ({ ...inSchema(context), name: "nowhere", warehouse_id: context.warehouseId }),
  },
  list_functions: { ...calling("list_functions", inSchema), missing: nowhere },
  list_volumes: {
    ...calling("list_volumes", inSchema),
    expected: ({ place }) => ({
      volumes: expect.arrayContaining([expect.objectContaining({ name: place.volume })]),
    }),
    missing: nowhere,
  },
  create_volume: {
    ...calling("create_volume", (context) => ({
      ...inSchema(context),
      name: fresh("created"),
      comment: "why",
    })),
    expected: () => ({ volume_type: "MANAGED", comment: "why" }),
    missing: (context) => ({ ...nowhere(context), name: "x" }),
  },
  ensure_volume: {
    ...calling("ensure_volume", (context) => ({ ...inSchema(context), name: context.place.volume })),
    expected: () => ({ created: false }),
    missing: (context) => ({ ...nowhere(context), name: "x" }),
  },
  delete_volume: {
    ...calling("delete_volume", freshVolume),
    missing: (context) => ({ ...inSchema(context), name: "nowhere" }),
  },
  create_directory: {
    ...calling("create_directory", ({ place }) => ({ path: `${place.files}/${fresh("made")}/in depth` })),
    expected: () => ({ created: true }),
  },
  list_directory: {
    call: async (context) => {
      const { path } = await freshDirectory(context);
      await context.gateway.upload({ path: `${path}/a` }, "content");
      return context.gateway.run("list_directory", { path });
    },
    expected: () => ({ contents: [{ name: "a", is_directory: false, file_size: 7 }] }),
    missing: missingPath,
  },
  list_tree: {
    ...calling("list_tree", freshDirectory),
    expected: () => ({ text: '{"complete":true,"entry_count":0}\n' }),
    missing: missingPath,
  },
  delete_directory: {
    call: async (context) => {
      const { path } = await freshDirectory(context);
      await context.gateway.upload({ path: `${path}/deep/a` }, "content");
      return context.gateway.run("delete_directory", { path, recursive: true });
    },
    expected: () => ({ deleted: 3 }),
    missing: missingPath,
  },
  write_file: {
    call: ({ gateway, place }) => gateway.upload({ path: `${place.files}/${fresh("written")}` }, "content"),
    expected: () => ({ file_size: 7, created: true }),
  },
  file_metadata: {
    ...calling("file_metadata", freshFile),
    expected: () => ({ file_size: 7 }),
    missing: missingPath,
  },
  read_file: {
    ...calling("read_file", freshFile),
    expected: () => ({ text: "content" }),
    missing: missingPath,
  },
  copy_file: {
    ...calling("copy_file", freshCopy),
    expected: () => ({ file_size: 7, created: true }),
    missing: ({ place }) => ({
      source_path: `${place.files}/nowhere`,
      destination_path: `${place.files}/copy`,
    }),
  },
  move_file: {
    ...calling("move_file", freshCopy),
    expected: () => ({ file_size: 7, created: true }),
    missing: ({ place }) => ({
      source_path: `${place.files}/nowhere`,
      destination_path: `${place.files}/moved`,
    }),
  },
  delete_file: { ...calling("delete_file", freshFile), missing: missingPath },
  execute_query: {
    ...calling("execute_query", ({ warehouseId }) => ({
      sql: query,
      warehouse_id: warehouseId,
      numbers_as_strings: true,
    })),
    expected: () => ({
      columns: [{ type: "BIGINT" }, { type_text: "DECIMAL(38,2)" }],
      rows,
      truncated: false,
    }),
  },
  submit_statement: {
    ...calling("submit_statement", ({ warehouseId }) => ({ sql: query, warehouse_id: warehouseId })),
  },
  get_statement: {
    ...calling("get_statement", settled),
    expected: () => ({ state: "SUCCEEDED", row_count: 3 }),
  },
  get_statement_result: {
    ...calling("get_statement_result", async (context) => ({
      ...(await settled(context)),
      numbers_as_strings: true,
    })),
    expected: () => ({ rows }),
  },
  cancel_statement: {
    call: async (context) => {
      const endless =
        "SELECT count(*) FROM range(0, 10000000) a CROSS JOIN range(0, 10000000) b WHERE a.id * b.id = 7";
      const statement = await submitted(context, endless);
      const answer = await context.gateway.run("cancel_statement", statement);
      await expect
        .poll(async () => (await context.gateway.run("get_statement", statement)).body.state, {
          timeout: 120_000,
        })
        .toBe("CANCELED");
      return answer;
    },
  },
  list_statements: calling("list_statements", () => ({})),
  list_warehouses: {
    ...calling("list_warehouses", () => ({})),
    expected: ({ warehouseId }) => ({
      warehouses: expect.arrayContaining([expect.objectContaining({ id: warehouseId })]),
    }),
  },
  get_warehouse: {
    ...calling("get_warehouse", ({ warehouseId }) => ({ warehouse_id: warehouseId })),
    expected: ({ warehouseId }) => ({ id: warehouseId }),
    missing: missingWarehouse,
  },
  start_warehouse: {
    ...calling("start_warehouse", ({ warehouseId }) => ({ warehouse_id: warehouseId })),
    missing: missingWarehouse,
  },
  // Others may be using the warehouse.
  stop_warehouse: { missing: missingWarehouse },
  ...liveCatalogCases,
};
