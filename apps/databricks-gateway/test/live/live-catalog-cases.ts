import type { OperationName } from "@front-door/operations";
import { expect } from "vitest";
import type { Answer } from "../gateway-under-test.ts";
import { calling, type LiveCase, type LiveContext } from "./live-case.ts";
import { checkStatus } from "./live-place.ts";

const inSchema = ({ place: { catalog, schema } }: LiveContext) => ({ catalog, schema });
const ownTable = (context: LiveContext) => ({ ...inSchema(context), name: context.place.table });
const noTable = (context: LiveContext) => ({ ...inSchema(context), name: "nowhere" });
const ownSchema = ({ place: { catalog, schema } }: LiveContext) => ({
  securable_type: "schema",
  catalog,
  name: schema,
});
const noSchema = (context: LiveContext) => ({ ...ownSchema(context), name: "front_door_live_nowhere" });
/** Beside the run's own schema, for as long as one case lasts. */
const another = ({ place: { catalog, schema } }: LiveContext) => ({ catalog, name: `${schema}_2` });

async function run(context: LiveContext, op: OperationName, params: object): Promise<Answer> {
  const answer = await context.gateway.run(op, params);
  if (answer.status !== 403) checkStatus(answer, 200);
  return answer;
}

/** Returns the answer of `op` for a schema that is there only during the call. */
async function withAnother(context: LiveContext, op: OperationName, params: object = {}): Promise<Answer> {
  const schema = another(context);
  const created = await run(context, "create_schema", schema);
  if (created.status === 403 || op === "create_schema") {
    if (created.status === 200) await run(context, "delete_schema", schema);
    return created;
  }
  const answer = await context.gateway.run(op, { ...schema, ...params });
  if (op !== "delete_schema") await run(context, "delete_schema", schema);
  return answer;
}

const tag = { tag_key: "front_door_live", tag_value: "1" };

/** Of Unity Catalog and of what is kept about SQL. Whole catalogs are left alone. */
export const liveCatalogCases = {
  create_schema: { call: (context) => withAnother(context, "create_schema") },
  update_schema: {
    call: (context) => withAnother(context, "update_schema", { comment: "why" }),
    expected: () => ({ comment: "why" }),
  },
  delete_schema: {
    call: (context) => withAnother(context, "delete_schema"),
    missing: ({ place: { catalog } }) => ({ catalog, name: "front_door_live_nowhere" }),
  },
  table_exists: { ...calling("table_exists", ownTable), expected: () => ({ table_exists: true }) },
  delete_table: { missing: noTable },
  list_table_summaries: {
    ...calling("list_table_summaries", ({ place: { catalog, schema } }) => ({
      catalog,
      schema_name_pattern: schema,
    })),
    expected: ({ place: { catalog, schema, table } }) => ({
      tables: [{ full_name: `${catalog}.${schema}.${table}` }],
    }),
  },
  search_catalog: {
    ...calling("search_catalog", ({ place: { catalog, schema, table } }) => ({
      query: `${schema}.${table}`,
      catalog,
      securable_type: "table",
    })),
    expected: ({ place: { catalog, schema, table } }) => ({
      results: [{ securable_type: "table", full_name: `${catalog}.${schema}.${table}` }],
    }),
  },
  get_function: { missing: noTable },
  get_grants: { ...calling("get_grants", ownSchema), missing: noSchema },
  get_effective_grants: { ...calling("get_effective_grants", ownSchema), missing: noSchema },
  set_tag: {
    ...calling("set_tag", (context) => ({ ...ownSchema(context), ...tag })),
    expected: () => tag,
  },
  list_tags: calling("list_tags", ownSchema),
  unset_tag: {
    call: async (context) => {
      const made = await run(context, "set_tag", { ...ownSchema(context), ...tag });
      if (made.status === 403) return made;
      return context.gateway.run("unset_tag", { ...ownSchema(context), tag_key: tag.tag_key });
    },
  },
  set_comment: {
    ...calling("set_comment", (context) => ({
      ...ownTable(context),
      securable_type: "table",
      comment: "It's \\ 'odd'",
      warehouse_id: context.warehouseId,
    })),
    missing: (context) => ({
      ...noTable(context),
      securable_type: "table",
      comment: "x",
      warehouse_id: context.warehouseId,
    }),
  },
  get_table_lineage: {
    ...calling("get_table_lineage", ownTable),
    expected: () => ({ upstreams: expect.any(Array), downstreams: expect.any(Array) }),
  },
  list_query_history: calling("list_query_history", ({ warehouseId }) => ({
    warehouse_id: warehouseId,
    max_results: 5,
  })),
  list_saved_queries: calling("list_saved_queries", () => ({ page_size: 5 })),
} satisfies Partial<Record<OperationName, LiveCase>>;
