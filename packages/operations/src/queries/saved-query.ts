import * as z from "zod";

const queryParameter = z
  .object({
    name: z.string().optional().describe("Its name, as `{{ name }}` in the text."),
    title: z.string().optional().describe("What people see."),
  })
  .meta({ id: "QueryParameter" });

export const savedQuery = z
  .object({
    id: z.string().describe("The query's id."),
    display_name: z.string().optional().describe("Its name."),
    description: z.string().optional().describe("What it is for."),
    query_text: z.string().optional().describe("Its SQL."),
    parameters: z.array(queryParameter).optional().describe("Its parameters."),
    catalog: z.string().optional().describe("The catalog of names without a catalog."),
    schema: z.string().optional().describe("The schema of names without a schema."),
    warehouse_id: z.string().optional().describe("The id of the SQL warehouse that it runs on."),
    run_as_mode: z.string().optional().describe("As whom it runs: `OWNER` or `VIEWER`."),
    lifecycle_state: z.string().optional().describe("`ACTIVE`, or `TRASHED`."),
    owner_user_name: z.string().optional().describe("Who owns it."),
    last_modifier_user_name: z.string().optional().describe("Who last changed it."),
    parent_path: z.string().optional().describe("The folder of the workspace that it is in."),
    tags: z.array(z.string()).optional().describe("Its tags."),
    create_time: z.string().optional().describe("When it was created, like `2026-11-28T08:00:00Z`."),
    update_time: z.string().optional().describe("When it was last changed."),
  })
  .meta({ id: "SavedQuery" });

export const exampleQuery = {
  id: "6f1c2b3a-0d4e-4f5a-9b8c-7d6e5f4a3b2c",
  display_name: "Open orders",
  query_text: "SELECT * FROM main.sales.open_orders",
  owner_user_name: "alice@example.com",
};
