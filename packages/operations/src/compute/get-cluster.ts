import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { cluster, clusterId, exampleCluster } from "./cluster.ts";

export const getCluster = defineOperation({
  name: "get_cluster",
  domain: "compute",
  since: "0.1.0",
  summary: "Gets a cluster and its state.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/clusters/:cluster_id" },
  target: targets.resource("cluster"),
  params: z.strictObject({ cluster_id: clusterId }),
  result: cluster,
  examples: [{ params: { cluster_id: exampleCluster.cluster_id }, result: exampleCluster }],
});
