import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";
import { settledEnum } from "../open-enum.ts";

/** Nothing else is let into a request. */
export const clusterId = z
  .string()
  .regex(/^[0-9A-Za-z_-]{1,100}$/, "must be the id of a cluster, like 1128-091500-trip5abc")
  .describe("The cluster's id.");

export const cluster = z
  .object({
    cluster_id: z.string().describe("The cluster's id."),
    cluster_name: z.string().optional().describe("Its name, which need not be unique."),
    state: settledEnum(
      "ClusterState",
      ["PENDING", "RUNNING", "RESTARTING", "RESIZING", "TERMINATING", "TERMINATED", "ERROR", "UNKNOWN"],
      "What it does.",
    ).optional(),
    state_message: z.string().optional().describe("More about its state, for a person."),
    creator_user_name: z.string().optional().describe("Who created it."),
    single_user_name: z.string().optional().describe("Who alone may use it, if it is one person's."),
    cluster_source: z.string().optional().describe("What made it: `UI`, `API`, `JOB`, …"),
    data_security_mode: z.string().optional().describe("How its users are kept apart."),
    spark_version: z.string().optional().describe("Its runtime, like `17.3.x-scala2.13`."),
    runtime_engine: z.string().optional().describe("`PHOTON` or `STANDARD`."),
    node_type_id: z.string().optional().describe("The type of its machines."),
    driver_node_type_id: z.string().optional().describe("The type of the driver's machine."),
    num_workers: z.int().optional().describe("How many workers it has, if the number is fixed."),
    autoscale: z
      .object({
        min_workers: z.int().optional().describe("The fewest workers."),
        max_workers: z.int().optional().describe("The most workers."),
      })
      .optional()
      .describe("How many workers it has, if the number changes with the load."),
    cluster_cores: z.number().optional().describe("Its cores, of all machines together."),
    cluster_memory_mb: epochMs.optional().describe("Its memory in MiB, of all machines together."),
    autotermination_minutes: z.int().optional().describe("Minutes without work until it stops. 0: never."),
    policy_id: z.string().optional().describe("The policy that it was made by."),
    instance_pool_id: z.string().optional().describe("The pool that its machines come from."),
    start_time: epochMs.optional().describe("When it was created, in milliseconds since 1970."),
    terminated_time: epochMs.optional().describe("When it stopped, in milliseconds since 1970."),
    last_restarted_time: epochMs.optional().describe("When it last started, in milliseconds since 1970."),
    termination_reason: z
      .object({
        code: z.string().optional().describe("Why it stopped: `USER_REQUEST`, `INACTIVITY`, …"),
        type: z
          .string()
          .optional()
          .describe("Whose doing it was: `SUCCESS`, `CLIENT_ERROR`, `CLOUD_FAILURE`, …"),
      })
      .optional()
      .describe("Why it stopped."),
  })
  .meta({ id: "Cluster" });

export const exampleCluster = {
  cluster_id: "1128-091500-trip5abc",
  cluster_name: "Shared",
  state: "TERMINATED",
  spark_version: "17.3.x-scala2.13",
  node_type_id: "i3.xlarge",
  num_workers: 2,
};
