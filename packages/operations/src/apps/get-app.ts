import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { app, exampleApp, nameOfApp } from "./app.ts";

export const getApp = defineOperation({
  name: "get_app",
  domain: "apps",
  since: "0.1.0",
  summary: "Gets a Databricks App, what it does, and what is deployed.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/apps/:name" },
  target: ({ name }) => ({ kind: "resource", type: "app", id: name, key: "app" }),
  params: z.strictObject({ name: nameOfApp }),
  result: app,
  examples: [{ params: { name: exampleApp.name }, result: exampleApp }],
});
