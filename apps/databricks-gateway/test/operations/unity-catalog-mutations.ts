import type { OperationName } from "@front-door/operations";
import type { Maker } from "./operation-case.ts";

interface Mutation {
  readonly op: OperationName;
  /** Makes what the operation needs, and returns its parameters. */
  readonly params: (maker: Maker) => Promise<object>;
  /** The one call to Databricks that has the effect. */
  readonly call: { readonly method: string; readonly path: string };
}

const unityCatalog = "/api/2.1/unity-catalog";
let serial = 0;
const fresh = (kind: string) => `${kind}_of_tests_${++serial}`;

async function aCatalog(maker: Maker): Promise<{ name: string }> {
  const params = { name: fresh("catalog") };
  await maker.run("create_catalog", params);
  return params;
}

async function aSchema(maker: Maker): Promise<{ catalog: string; name: string }> {
  const params = { catalog: "main", name: fresh("schema") };
  await maker.run("create_schema", params);
  return params;
}

async function aTagged(maker: Maker): Promise<object> {
  return { securable_type: "schema", ...(await aSchema(maker)) };
}

/** By REST, Unity Catalog creates only external tables. */
async function aTable(maker: Maker): Promise<object> {
  const name = fresh("table");
  const place = { catalog_name: "main", schema_name: "default", name };
  const kind = {
    table_type: "EXTERNAL",
    data_source_format: "DELTA",
    storage_location: `s3://bucket/${name}`,
  };
  const answer = await fetch(`${maker.origin()}${unityCatalog}/tables`, {
    method: "POST",
    headers: { authorization: "Bearer local-token-alice", "content-type": "application/json" },
    body: JSON.stringify({ ...place, ...kind }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return { catalog: "main", schema: "default", name };
}

/** The mutations of Unity Catalog, but for those of volumes. */
export const unityCatalogMutations = {
  create_catalog: {
    op: "create_catalog",
    params: async () => ({ name: fresh("catalog"), comment: "why" }),
    call: { method: "POST", path: `${unityCatalog}/catalogs` },
  },
  update_catalog: {
    op: "update_catalog",
    params: async (maker) => ({ ...(await aCatalog(maker)), comment: "why" }),
    call: { method: "PATCH", path: `${unityCatalog}/catalogs/*` },
  },
  delete_catalog: {
    op: "delete_catalog",
    params: async (maker) => ({ ...(await aCatalog(maker)), force: true }),
    call: { method: "DELETE", path: `${unityCatalog}/catalogs/*` },
  },
  create_schema: {
    op: "create_schema",
    params: async () => ({ catalog: "main", name: fresh("schema"), comment: "why" }),
    call: { method: "POST", path: `${unityCatalog}/schemas` },
  },
  update_schema: {
    op: "update_schema",
    params: async (maker) => ({ ...(await aSchema(maker)), comment: "why" }),
    call: { method: "PATCH", path: `${unityCatalog}/schemas/*` },
  },
  delete_schema: {
    op: "delete_schema",
    params: aSchema,
    call: { method: "DELETE", path: `${unityCatalog}/schemas/*` },
  },
  delete_table: {
    op: "delete_table",
    params: aTable,
    call: { method: "DELETE", path: `${unityCatalog}/tables/*` },
  },
  update_grants: {
    op: "update_grants",
    params: async (maker) => ({
      securable_type: "schema",
      ...(await aSchema(maker)),
      changes: [{ principal: "bob@example.com", add: ["SELECT", "USE_SCHEMA"], remove: ["MODIFY"] }],
    }),
    call: { method: "PATCH", path: `${unityCatalog}/permissions/*` },
  },
  set_tag: {
    op: "set_tag",
    params: async (maker) => ({ ...(await aTagged(maker)), tag_key: "unit/of %ü", tag_value: "EUR" }),
    call: { method: "POST", path: `${unityCatalog}/entity-tag-assignments` },
  },
  unset_tag: {
    op: "unset_tag",
    params: async (maker) => {
      const tag = { ...(await aTagged(maker)), tag_key: "unit/of %ü" };
      await maker.run("set_tag", tag);
      return tag;
    },
    call: { method: "DELETE", path: `${unityCatalog}/entity-tag-assignments/*` },
  },
  set_comment: {
    op: "set_comment",
    params: async (maker) => ({ ...(await aTagged(maker)), comment: "why" }),
    call: { method: "PATCH", path: `${unityCatalog}/schemas/*` },
  },
} satisfies Readonly<Record<string, Mutation>>;
