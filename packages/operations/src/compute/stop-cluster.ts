import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { clusterId, exampleCluster } from "./cluster.ts";

export const stopCluster = defineOperation({
  name: "stop_cluster",
  domain: "compute",
  since: "0.1.0",
  summary: "Stops a cluster, and returns before it has stopped. It can be started again.",
  description:
    "Databricks calls this terminating. Its state becomes `TERMINATING`, and then `TERMINATED`. What runs on it is lost. A cluster that has stopped does not change.",
  kind: "mutation",
  idempotent: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/clusters/:cluster_id/stop", status: 202 },
  target: targets.resource("cluster"),
  params: z.strictObject({ cluster_id: clusterId }),
  result: z.object({}).meta({ id: "StoppedCluster" }),
  examples: [{ params: { cluster_id: exampleCluster.cluster_id }, result: {} }],
});
