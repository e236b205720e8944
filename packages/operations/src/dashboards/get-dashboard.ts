import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { dashboard, dashboardId, exampleDashboard } from "./dashboard.ts";

export const getDashboard = defineOperation({
  name: "get_dashboard",
  domain: "dashboards",
  since: "0.1.0",
  summary: "Gets the draft of a dashboard: its name, its place and its warehouse, without what is in it.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/dashboards/:dashboard_id" },
  target: targets.resource("dashboard"),
  params: z.strictObject({ dashboard_id: dashboardId }),
  result: dashboard,
  examples: [{ params: { dashboard_id: exampleDashboard.dashboard_id }, result: exampleDashboard }],
});
