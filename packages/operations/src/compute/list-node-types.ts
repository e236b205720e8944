import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";

const nodeType = z
  .object({
    node_type_id: z.string().describe("The type's id."),
    description: z.string().optional().describe("What it is, for a person."),
    category: z.string().optional().describe("What it is good at: `Memory Optimized`, `GPU Accelerated`, …"),
    num_cores: z.number().optional().describe("Its cores."),
    memory_mb: z.int().optional().describe("Its memory in MiB."),
    num_gpus: z.int().optional().describe("Its graphics processors."),
    is_deprecated: z.boolean().optional().describe("Whether it should not be used any more."),
    is_hidden: z.boolean().optional().describe("Whether Databricks' own pages leave it out."),
    photon_worker_capable: z.boolean().optional().describe("Whether workers of it can use Photon."),
    photon_driver_capable: z.boolean().optional().describe("Whether a driver of it can use Photon."),
  })
  .meta({ id: "NodeType" });

export const listNodeTypes = defineOperation({
  name: "list_node_types",
  domain: "compute",
  since: "0.1.0",
  summary: "Lists the types of machines that clusters can have.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/node-types" },
  target: targets.nothing,
  params: z.strictObject({}),
  result: z
    .object({ node_types: z.array(nodeType).default([]).describe("All types, without paging.") })
    .meta({ id: "NodeTypes" }),
  examples: [
    {
      params: {},
      result: { node_types: [{ node_type_id: "i3.xlarge", num_cores: 4, memory_mb: 31_232 }] },
    },
  ],
});
