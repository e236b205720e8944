import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { cluster, exampleCluster } from "./cluster.ts";

export const listClusters = defineOperation({
  name: "list_clusters",
  domain: "compute",
  since: "0.1.0",
  summary: "Lists the clusters that the identity may see, and those that stopped in the last 30 days.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/clusters" },
  target: targets.nothing,
  params: z.strictObject({
    page_token: pageParams.page_token,
    max_results: pageParams.max_results
      .unwrap()
      .max(100)
      .optional()
      .describe("The most clusters in the page, 1 to 100. Default: 20."),
  }),
  result: pageOf("ClusterPage", {
    clusters: z.array(cluster).default([]).describe("The clusters of this page."),
  }),
  examples: [{ params: { max_results: 20 }, result: { clusters: [exampleCluster] } }],
});
