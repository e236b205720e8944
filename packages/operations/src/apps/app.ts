import * as z from "zod";
import { openEnum } from "../open-enum.ts";

const appName = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Nothing else is let into the path of a request. */
export const nameOfApp = z
  .string()
  .regex(appName, "must be the name of an app: lower-case letters, digits and hyphens")
  .describe("The app's name.");

const deployment = z.object({
  deployment_id: z.string().optional().describe("The deployment's id."),
  source_code_path: z.string().optional().describe("The folder of the workspace that has its code."),
  status: z
    .object({
      state: openEnum(
        "AppDeploymentState",
        ["IN_PROGRESS", "SUCCEEDED", "FAILED", "CANCELLED"],
        "How far it is.",
      ).optional(),
      message: z.string().optional().describe("More about it."),
    })
    .optional()
    .describe("How far it is."),
  creator: z.string().optional().describe("Who deployed it."),
  create_time: z.string().optional().describe("When, as RFC 3339 has it."),
});

export const app = z
  .object({
    name: z.string().describe("Its name, and its id."),
    description: z.string().optional().describe("What it is for."),
    url: z.string().optional().describe("Where it is served."),
    app_status: z
      .object({
        state: openEnum(
          "AppState",
          ["RUNNING", "DEPLOYING", "CRASHED", "UNAVAILABLE"],
          "What the app does.",
        ).optional(),
        message: z.string().optional().describe("More about it."),
      })
      .optional()
      .describe("What the app does."),
    compute_status: z
      .object({
        state: openEnum(
          "AppComputeState",
          ["ACTIVE", "STARTING", "STOPPED", "STOPPING", "DELETING", "UPDATING", "ERROR"],
          "What its compute does.",
        ).optional(),
        message: z.string().optional().describe("More about it."),
      })
      .optional()
      .describe("What its compute does."),
    active_deployment: deployment.optional().describe("What runs."),
    pending_deployment: deployment.optional().describe("What is being deployed."),
    creator: z.string().optional().describe("Who created it."),
    create_time: z.string().optional().describe("When it was created, as RFC 3339 has it."),
    updater: z.string().optional().describe("Who last changed it."),
    update_time: z.string().optional().describe("When it was last changed."),
  })
  .meta({ id: "DatabricksApp" });

export const exampleApp = {
  name: "trip-explorer",
  url: "https://trip-explorer-1234567890123456.aws.databricksapps.com",
  app_status: { state: "RUNNING" },
  compute_status: { state: "ACTIVE" },
};
