import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { dashboard, exampleDashboard } from "./dashboard.ts";

export const listDashboards = defineOperation({
  name: "list_dashboards",
  domain: "dashboards",
  since: "0.1.0",
  summary: "Lists the dashboards that the identity may see, without what is in them.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/dashboards" },
  target: targets.nothing,
  params: z.strictObject({
    show_trashed: z.boolean().optional().describe("Also those in the trash. Default: false."),
    page_token: pageParams.page_token,
    page_size: z.int().min(1).max(100).optional().describe("The most entries in the page, 1 to 100."),
  }),
  result: pageOf("DashboardPage", {
    dashboards: z.array(dashboard).default([]).describe("The dashboards of this page."),
  }),
  examples: [{ params: { page_size: 20 }, result: { dashboards: [exampleDashboard] } }],
});
