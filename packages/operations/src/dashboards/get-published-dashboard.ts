import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { dashboardId, exampleDashboard } from "./dashboard.ts";

export const getPublishedDashboard = defineOperation({
  name: "get_published_dashboard",
  domain: "dashboards",
  since: "0.1.0",
  summary: "Says how a dashboard is published. One that is not published is 404.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/dashboards/:dashboard_id/published" },
  target: targets.resource("dashboard"),
  params: z.strictObject({ dashboard_id: dashboardId }),
  result: z
    .object({
      display_name: z.string().optional().describe("The name that is published."),
      embed_credentials: z
        .boolean()
        .optional()
        .describe("Whether its queries run as who published it, and not as who reads it."),
      revision_create_time: z.string().optional().describe("When it was published, as RFC 3339 has it."),
      warehouse_id: z.string().optional().describe("The SQL warehouse that it runs on."),
    })
    .meta({ id: "PublishedDashboard" }),
  examples: [
    {
      params: { dashboard_id: exampleDashboard.dashboard_id },
      result: { display_name: exampleDashboard.display_name, embed_credentials: false },
    },
  ],
});
