import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { app, exampleApp } from "./app.ts";

export const listApps = defineOperation({
  name: "list_apps",
  domain: "apps",
  since: "0.1.0",
  summary: "Lists the Databricks Apps that the identity may see, and what they do.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/apps" },
  target: targets.nothing,
  params: z.strictObject({
    page_token: pageParams.page_token,
    page_size: z.int().min(1).max(100).optional().describe("The most entries in the page, 1 to 100."),
  }),
  result: pageOf("AppPage", { apps: z.array(app).default([]).describe("The apps of this page.") }),
  examples: [{ params: { page_size: 20 }, result: { apps: [exampleApp] } }],
});
