import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";

const pool = z
  .object({
    instance_pool_id: z.string().describe("The pool's id."),
    instance_pool_name: z.string().optional().describe("Its name."),
    state: z.string().optional().describe("`ACTIVE`, `STOPPED` or `DELETED`."),
    node_type_id: z.string().optional().describe("The type of its machines."),
    min_idle_instances: z.int().optional().describe("How many machines wait at least."),
    max_capacity: z.int().optional().describe("How many machines it has at most."),
    idle_instance_autotermination_minutes: z
      .int()
      .optional()
      .describe("Minutes until a machine that nobody uses is given back."),
    stats: z
      .object({
        used_count: z.int().optional().describe("Machines in use."),
        idle_count: z.int().optional().describe("Machines that wait."),
        pending_used_count: z.int().optional().describe("Machines that start and are already asked for."),
        pending_idle_count: z.int().optional().describe("Machines that start and will wait."),
      })
      .optional()
      .describe("How many machines it has now."),
  })
  .meta({ id: "InstancePool" });

export const listInstancePools = defineOperation({
  name: "list_instance_pools",
  domain: "compute",
  since: "0.1.0",
  summary: "Lists the pools of machines that wait for clusters.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/instance-pools" },
  target: targets.nothing,
  params: z.strictObject({}),
  result: z
    .object({ instance_pools: z.array(pool).default([]).describe("All pools, without paging.") })
    .meta({ id: "InstancePools" }),
  examples: [
    {
      params: {},
      result: {
        instance_pools: [
          { instance_pool_id: "1128-090000-pool1-pool-ab12cd34", instance_pool_name: "Small" },
        ],
      },
    },
  ],
});
