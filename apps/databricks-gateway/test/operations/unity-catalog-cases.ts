import { expect } from "vitest";
import type { Maker, OperationCase } from "./operation-case.ts";
import { unityCatalogMutations as mutations } from "./unity-catalog-mutations.ts";

const orders = { catalog: "main", schema: "sales", name: "orders" };
const noTable = { ...orders, name: "nowhere" };
const ofBob = { catalog: "finance", schema: "ledger", name: "entries" };

/** The cases of Unity Catalog that are not of catalogs, schemas, tables and volumes as they are read. */
export function unityCatalogCases(maker: Maker) {
  return {
    create_catalog: {
      params: () => mutations.create_catalog.params(),
      expected: { catalog_type: "MANAGED_CATALOG", comment: "why" },
      bad: { name: "a b" },
      field: "name",
      forbidden: { name: "of_bob" },
    },
    update_catalog: {
      params: () => mutations.update_catalog.params(maker),
      expected: { comment: "why" },
      bad: { name: "main" },
      field: "new_name",
      missing: { name: "nowhere", comment: "x" },
      missingCode: "CATALOG_DOES_NOT_EXIST",
      forbidden: { name: "main", comment: "x" },
    },
    delete_catalog: {
      params: () => mutations.delete_catalog.params(maker),
      expected: {},
      bad: { name: "main", force: "yes" },
      field: "force",
      missing: { name: "nowhere" },
      missingCode: "CATALOG_DOES_NOT_EXIST",
      forbidden: { name: "samples", force: true },
    },
    create_schema: {
      params: () => mutations.create_schema.params(),
      expected: { catalog_name: "main", comment: "why" },
      bad: { catalog: "main", name: "x", properties: { a: 1 } },
      field: "properties.a",
      missing: { catalog: "nowhere", name: "x" },
      missingCode: "CATALOG_DOES_NOT_EXIST",
      forbidden: { catalog: "main", name: "of_bob" },
    },
    update_schema: {
      params: () => mutations.update_schema.params(maker),
      expected: { comment: "why" },
      bad: { catalog: "main", name: "sales", new_name: "a.b" },
      field: "new_name",
      missing: { catalog: "main", name: "nowhere", comment: "x" },
      missingCode: "SCHEMA_DOES_NOT_EXIST",
      forbidden: { catalog: "main", name: "sales", comment: "x" },
    },
    delete_schema: {
      params: () => mutations.delete_schema.params(maker),
      expected: {},
      bad: { catalog: "main", name: ".." },
      field: "name",
      missing: { catalog: "main", name: "nowhere" },
      missingCode: "SCHEMA_DOES_NOT_EXIST",
      forbidden: { catalog: "main", name: "sales", force: true },
    },
    table_exists: {
      params: () => orders,
      expected: { table_exists: true },
      bad: { catalog: "main", schema: "sales", name: "" },
      field: "name",
      missing: { ...orders, schema: "nowhere" },
      missingCode: "SCHEMA_DOES_NOT_EXIST",
      forbidden: ofBob,
    },
    delete_table: {
      params: () => mutations.delete_table.params(maker),
      expected: {},
      bad: { ...orders, force: true },
      field: "force",
      missing: noTable,
      missingCode: "TABLE_DOES_NOT_EXIST",
      forbidden: orders,
    },
    list_table_summaries: {
      params: () => ({ catalog: "main", schema_name_pattern: "s%s", table_name_pattern: "o_d%s" }),
      expected: { tables: [{ full_name: "main.sales.orders", table_type: "MANAGED" }] },
      bad: { catalog: "main", table_name_pattern: "" },
      field: "table_name_pattern",
      missing: { catalog: "nowhere" },
      missingCode: "CATALOG_DOES_NOT_EXIST",
      forbidden: { catalog: "finance" },
    },
    search_catalog: {
      params: () => ({ query: "Order", catalog: "main" }),
      expected: {
        results: [
          { securable_type: "table", full_name: "main.sales.open_orders", table_type: "VIEW" },
          { securable_type: "table", full_name: "main.sales.orders", table_type: "MANAGED" },
        ],
      },
      bad: { query: "" },
      field: "query",
      missing: { query: "x", catalog: "nowhere" },
      missingCode: "CATALOG_DOES_NOT_EXIST",
      forbidden: { query: "x", catalog: "finance" },
    },
    get_function: {
      params: () => ({ catalog: "main", schema: "sales", name: "net_amount" }),
      expected: {
        full_name: "main.sales.net_amount",
        return_type_text: "DECIMAL(10,2)",
        routine_body: "SQL",
      },
      bad: { catalog: "main", schema: "sales", name: "a/b" },
      field: "name",
      missing: { catalog: "main", schema: "sales", name: "nowhere" },
      missingCode: "FUNCTION_DOES_NOT_EXIST",
      forbidden: { catalog: "finance", schema: "reports", name: "nowhere" },
    },
    get_grants: {
      params: () => ({ securable_type: "catalog", name: "main", principal: "bob@example.com" }),
      expected: {
        privilege_assignments: [
          { principal: "bob@example.com", privileges: expect.arrayContaining(["SELECT", "USE_CATALOG"]) },
        ],
      },
      bad: { securable_type: "schema", name: "sales" },
      field: "catalog",
      missing: { securable_type: "table", ...noTable },
      missingCode: "TABLE_DOES_NOT_EXIST",
      forbidden: { securable_type: "table", ...ofBob },
    },
    get_effective_grants: {
      params: () => ({ securable_type: "table", ...orders, principal: "bob@example.com" }),
      expected: {
        privilege_assignments: [
          {
            principal: "bob@example.com",
            privileges: expect.arrayContaining([
              { privilege: "SELECT", inherited_from_type: "CATALOG", inherited_from_name: "main" },
            ]),
          },
        ],
      },
      bad: { securable_type: "catalog", catalog: "main", name: "main" },
      field: "catalog",
      missing: { securable_type: "table", ...noTable },
      missingCode: "TABLE_DOES_NOT_EXIST",
      forbidden: { securable_type: "table", ...ofBob },
    },
    update_grants: {
      params: () => mutations.update_grants.params(maker),
      expected: {
        privilege_assignments: [{ principal: "bob@example.com", privileges: ["SELECT", "USE_SCHEMA"] }],
      },
      bad: { securable_type: "catalog", name: "main", changes: [] },
      field: "changes",
      missing: {
        securable_type: "catalog",
        name: "main",
        changes: [{ principal: "nobody@example.com", add: ["SELECT"] }],
      },
      missingCode: "PRINCIPAL_DOES_NOT_EXIST",
      forbidden: {
        securable_type: "schema",
        catalog: "main",
        name: "sales",
        changes: [{ principal: "bob@example.com", add: ["MODIFY"] }],
      },
    },
    list_tags: {
      params: async () => {
        const tag = { securable_type: "table", ...orders, column: "amount" };
        await maker.run("set_tag", { ...tag, tag_key: "unit", tag_value: "EUR" });
        return tag;
      },
      expected: { tags: [{ tag_key: "unit", tag_value: "EUR" }] },
      bad: { securable_type: "schema", catalog: "main", name: "sales", column: "amount" },
      field: "column",
      missing: { securable_type: "table", ...noTable },
      missingCode: "TABLE_DOES_NOT_EXIST",
      forbidden: { securable_type: "table", ...ofBob },
    },
    set_tag: {
      params: () => mutations.set_tag.params(maker),
      expected: { tag_key: "unit/of %ü", tag_value: "EUR" },
      bad: { securable_type: "catalog", name: "main", tag_key: "" },
      field: "tag_key",
      missing: { securable_type: "table", ...orders, column: "nowhere", tag_key: "unit" },
      missingCode: "RESOURCE_DOES_NOT_EXIST",
      forbidden: { securable_type: "catalog", name: "main", tag_key: "unit" },
    },
    unset_tag: {
      params: () => mutations.unset_tag.params(maker),
      expected: {},
      bad: { securable_type: "table", name: "orders", tag_key: "unit" },
      field: "catalog",
      missing: { securable_type: "table", ...orders, tag_key: "nowhere" },
      missingCode: "RESOURCE_DOES_NOT_EXIST",
      forbidden: { securable_type: "table", ...orders, column: "amount", tag_key: "unit" },
    },
    set_comment: {
      params: () => mutations.set_comment.params(maker),
      expected: { comment: "why" },
      bad: { securable_type: "volume", catalog: "main", name: "files", comment: "x" },
      field: "schema",
      missing: {
        securable_type: "volume",
        catalog: "main",
        schema: "default",
        name: "nowhere",
        comment: "x",
      },
      missingCode: "VOLUME_DOES_NOT_EXIST",
      forbidden: { securable_type: "catalog", name: "main", comment: "x" },
    },
    get_table_lineage: {
      params: () => orders,
      expected: { upstreams: [], downstreams: [] },
      bad: { ...orders, column: "amount" },
      field: "column",
      missing: noTable,
      missingCode: "TABLE_DOES_NOT_EXIST",
      forbidden: ofBob,
    },
  } satisfies Record<string, OperationCase>;
}
