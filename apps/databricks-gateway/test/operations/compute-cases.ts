import type { OperationCase } from "./operation-case.ts";

const missingCode = "RESOURCE_DOES_NOT_EXIST";
export const seededCluster = { cluster_id: "1128-091500-trip5abc" };
const missing = { cluster_id: "0101-000000-nowhere" };

export const computeCases = {
  list_clusters: {
    params: () => ({ max_results: 5 }),
    expected: { clusters: [{ ...seededCluster, cluster_name: "Shared", num_workers: 2 }] },
    bad: { max_results: 101 },
    field: "max_results",
  },
  get_cluster: {
    params: () => seededCluster,
    expected: { ...seededCluster, creator_user_name: "alice@example.com", node_type_id: "i3.xlarge" },
    bad: { cluster_id: "../list" },
    field: "cluster_id",
    missing,
    missingCode,
    forbidden: seededCluster,
  },
  start_cluster: {
    params: () => seededCluster,
    expected: {},
    bad: {},
    field: "cluster_id",
    missing,
    missingCode,
    forbidden: seededCluster,
  },
  stop_cluster: {
    params: () => seededCluster,
    expected: {},
    bad: { cluster_id: "" },
    field: "cluster_id",
    missing,
    missingCode,
    forbidden: seededCluster,
  },
  list_cluster_events: {
    params: async (gateway) => {
      await gateway.run("stop_cluster", seededCluster);
      await gateway.run("start_cluster", seededCluster);
      return { ...seededCluster, order: "ASC", max_results: 1 };
    },
    expected: { events: [{ type: "STARTING", details: { user: "alice@example.com" } }] },
    bad: { ...seededCluster, order: "NEWEST" },
    field: "order",
    missing,
    missingCode,
    forbidden: seededCluster,
  },
  list_cluster_policies: {
    params: () => ({}),
    expected: { policies: [{ policy_id: "E063D1A2B3C4F501", name: "Small and shared" }] },
    bad: { page_token: "x" },
    field: "page_token",
  },
  list_node_types: {
    params: () => ({}),
    expected: { node_types: [{ node_type_id: "i3.xlarge", num_cores: 4, memory_mb: 31_232 }, {}] },
    bad: { x: 1 },
    field: "x",
  },
  list_instance_pools: {
    params: () => ({}),
    expected: {
      instance_pools: [{ instance_pool_name: "Small", state: "ACTIVE", stats: { used_count: 0 } }],
    },
    bad: { x: 1 },
    field: "x",
  },
} satisfies Record<string, OperationCase>;
