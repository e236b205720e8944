import * as z from "zod";
import { openEnum } from "../open-enum.ts";

/** Nothing else is let into the path of a request. */
export const dashboardId = z
  .string()
  .regex(/^[0-9A-Za-z-]{1,64}$/, "must be the id of a dashboard")
  .describe("The dashboard's id.");

/** Without its definition, whose queries can name, and quote, anything. */
export const dashboard = z
  .object({
    dashboard_id: z.string().describe("The dashboard's id."),
    display_name: z.string().optional().describe("Its name."),
    lifecycle_state: openEnum(
      "DashboardState",
      ["ACTIVE", "TRASHED"],
      "Whether it is in the trash.",
    ).optional(),
    path: z.string().optional().describe("Its path in the workspace."),
    parent_path: z.string().optional().describe("The folder of the workspace that it is in."),
    warehouse_id: z.string().optional().describe("The SQL warehouse that it runs on."),
    create_time: z.string().optional().describe("When it was created, as RFC 3339 has it."),
    update_time: z.string().optional().describe("When its draft was last changed."),
  })
  .meta({ id: "Dashboard" });

export const exampleDashboard = {
  dashboard_id: "01f0da5b0a4d1c2e9f3a4b5c6d7e8f90",
  display_name: "Trips",
  lifecycle_state: "ACTIVE",
};
