import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { epochMs } from "../epoch-ms.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { clusterId, exampleCluster } from "./cluster.ts";

const event = z
  .object({
    type: z.string().optional().describe("What happened: `STARTING`, `RUNNING`, `TERMINATING`, …"),
    timestamp: epochMs.optional().describe("When it happened, in milliseconds since 1970."),
    details: z
      .object({
        user: z.string().optional().describe("Who did it."),
        cause: z.string().optional().describe("Why its size changed."),
        current_num_workers: z.int().optional().describe("How many workers it had."),
        target_num_workers: z.int().optional().describe("How many workers it was to have."),
        driver_state_message: z.string().optional().describe("What is wrong with the driver."),
        reason: z
          .object({
            code: z.string().optional().describe("Why it stopped: `USER_REQUEST`, `INACTIVITY`, …"),
            type: z.string().optional().describe("Whose doing it was."),
          })
          .optional()
          .describe("Why it stopped."),
      })
      .optional()
      .describe("More about it."),
  })
  .meta({ id: "ClusterEvent" });

export const listClusterEvents = defineOperation({
  name: "list_cluster_events",
  domain: "compute",
  since: "0.1.0",
  summary: "Lists what has happened to a cluster, the newest first.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/clusters/:cluster_id/events" },
  target: targets.resource("cluster"),
  params: z.strictObject({
    cluster_id: clusterId,
    order: z.enum(["ASC", "DESC"]).optional().describe("`ASC` for the oldest first. Default: `DESC`."),
    start_time: z.int().min(0).optional().describe("Only events from then on, in milliseconds since 1970."),
    end_time: z.int().min(0).optional().describe("Only events until then, in milliseconds since 1970."),
    page_token: pageParams.page_token,
    max_results: pageParams.max_results
      .unwrap()
      .max(500)
      .optional()
      .describe("The most events in the page, 1 to 500. Default: 50."),
  }),
  result: pageOf("ClusterEventPage", {
    events: z.array(event).default([]).describe("The events of this page."),
  }),
  examples: [
    {
      params: { cluster_id: exampleCluster.cluster_id },
      result: { events: [{ type: "RUNNING", timestamp: 1_763_800_000_000 }] },
    },
  ],
});
