import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { epochMs } from "../epoch-ms.ts";
import { targets } from "../target.ts";

const policy = z
  .object({
    policy_id: z.string().describe("The policy's id."),
    name: z.string().optional().describe("Its name."),
    description: z.string().optional().describe("What it is for."),
    definition: z.string().optional().describe("Its rules, as a JSON document."),
    policy_family_id: z.string().optional().describe("The family of policies that it comes from."),
    is_default: z.boolean().optional().describe("Whether Databricks made it."),
    max_clusters_per_user: epochMs.optional().describe("How many clusters each user may make by it."),
    creator_user_name: z.string().optional().describe("Who created it."),
    created_at_timestamp: epochMs.optional().describe("When it was created, in milliseconds since 1970."),
  })
  .meta({ id: "ClusterPolicy" });

export const listClusterPolicies = defineOperation({
  name: "list_cluster_policies",
  domain: "compute",
  since: "0.1.0",
  summary: "Lists the policies by which the identity may make clusters.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/cluster-policies" },
  target: targets.nothing,
  params: z.strictObject({}),
  result: z
    .object({ policies: z.array(policy).default([]).describe("All policies, without paging.") })
    .meta({ id: "ClusterPolicies" }),
  examples: [
    { params: {}, result: { policies: [{ policy_id: "E063D1A2B3C4F501", name: "Small and shared" }] } },
  ],
});
