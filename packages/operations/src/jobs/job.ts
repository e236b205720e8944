import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";
import { int64Id, int64IdParam } from "../int64-id.ts";
import { looseObject, type ObjectMaker, openObject } from "../open-object.ts";
import { exampleTask, task, taskParam } from "./task.ts";

export const jobId = int64IdParam("a job").describe("The job's id.");

/** Tasks and clusters of a job have more text than most bodies: Databricks takes up to 1,000 tasks. */
export const settingsBytesMax = 1024 * 1024;

const simpleFields = (object: ObjectMaker) => ({
  name: z.string().max(4096).optional().describe("Its name, which need not be unique. Default: `Untitled`."),
  description: z.string().optional().describe("What it is for."),
  parameters: z
    .array(
      object({
        name: z.string().describe("The parameter's name."),
        default: z.string().describe("Its value where a run has no other."),
      }),
    )
    .optional()
    .describe("The parameters of its runs."),
  schedule: object({
    quartz_cron_expression: z.string().describe("When it runs, as a Quartz cron expression."),
    timezone_id: z.string().describe("The time zone of the expression, like `Europe/Berlin`."),
    pause_status: z.string().optional().describe("`PAUSED` or `UNPAUSED`."),
  })
    .optional()
    .describe("When it runs by itself."),
  max_concurrent_runs: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe("How many of its runs there may be at a time. Default: 1."),
  timeout_seconds: z.int().min(0).optional().describe("Ends a run after this time. 0: no limit."),
  tags: z.record(z.string(), z.string()).optional().describe("Its tags."),
  queue: object({ enabled: z.boolean().describe("Whether a run waits that cannot start yet.") })
    .optional()
    .describe("What happens to a run that cannot start yet. Without a queue it is skipped."),
});

const asDatabricks = (what: string) =>
  openObject({}).optional().describe(`${what}, as Databricks describes it.`);

/** What both a job and a one-time run have besides their tasks. */
export const runSettingsParams = {
  environments: z
    .array(openObject({ environment_key: z.string().describe("Its name, which tasks use.") }))
    .optional()
    .describe("The environments of serverless tasks, as Databricks describes them."),
  git_source: openObject({
    git_url: z.string().describe("The address of the repository."),
    git_provider: z.string().describe("Who hosts it: `gitHub`, `gitLab`, …"),
  })
    .optional()
    .describe("The Git repository that tasks take their files from, as Databricks describes it."),
  email_notifications: asDatabricks("Who gets an e-mail about it"),
  webhook_notifications: asDatabricks("Which destinations are told about it"),
  notification_settings: asDatabricks("Which notifications are left out"),
  health: asDatabricks("The rules by which a run counts as too slow"),
};

export const tasksParam = z.array(taskParam).min(1).max(1000);

/** The settings that a caller can give a job. Who may use it, and as whom it runs, are not among them. */
export const jobSettingsParams = {
  ...simpleFields(looseObject),
  tasks: tasksParam.optional().describe("What it does."),
  job_clusters: z
    .array(openObject({ job_cluster_key: z.string().describe("Its name, which tasks use.") }))
    .optional()
    .describe("Clusters that exist for the time of a run, as Databricks describes them."),
  trigger: asDatabricks("What makes it run, besides a schedule"),
  continuous: asDatabricks("Whether one run always follows another"),
  performance_target: z
    .string()
    .optional()
    .describe("`STANDARD` or `PERFORMANCE_OPTIMIZED`, for serverless tasks."),
  ...runSettingsParams,
};

const jobSettings = z
  .object({
    ...simpleFields(z.object),
    tasks: z.array(task).optional().describe("What it does. Listings leave it out."),
  })
  .meta({ id: "JobSettings" });

export const jobFields = {
  job_id: int64Id.describe("The job's id."),
  creator_user_name: z.string().optional().describe("Who created it."),
  created_time: epochMs.optional().describe("When it was created, in milliseconds since 1970."),
  settings: jobSettings.optional().describe("What it does, and when."),
};

export const exampleJob = {
  job_id: "620093400213",
  creator_user_name: "someone@example.com",
  created_time: 1_763_800_000_000,
  settings: { name: "Nightly totals", max_concurrent_runs: 1, tasks: [exampleTask] },
};
