import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { clusterId, exampleCluster } from "./cluster.ts";

export const startCluster = defineOperation({
  name: "start_cluster",
  domain: "compute",
  since: "0.1.0",
  summary: "Starts a cluster that has stopped, and returns before it runs.",
  description:
    "Its state becomes `PENDING`, and `RUNNING` after minutes. A cluster that has not stopped does not change.",
  kind: "mutation",
  idempotent: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/clusters/:cluster_id/start", status: 202 },
  target: targets.resource("cluster"),
  params: z.strictObject({ cluster_id: clusterId }),
  result: z.object({}).meta({ id: "StartedCluster" }),
  examples: [{ params: { cluster_id: exampleCluster.cluster_id }, result: {} }],
});
