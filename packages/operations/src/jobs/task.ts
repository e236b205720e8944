import * as z from "zod";
import { int64Id } from "../int64-id.ts";
import { looseObject, type ObjectMaker, openObject } from "../open-object.ts";

const values = z.record(z.string(), z.string()).optional();

/** How a task is placed among the others. */
const placing = (object: ObjectMaker) => ({
  task_key: z.string().min(1).max(100).describe("Its name, unique in the job: letters, digits, `-` and `_`."),
  description: z.string().optional().describe("What it is for."),
  depends_on: z
    .array(
      object({
        task_key: z.string().describe("The task that has to end before."),
        outcome: z
          .string()
          .optional()
          .describe("Of a condition task: the outcome that has to come, `true` or `false`."),
      }),
    )
    .optional()
    .describe("The tasks that have to end before this one starts."),
  run_if: z
    .string()
    .optional()
    .describe(
      "When it runs, once the tasks in `depends_on` have ended: `ALL_SUCCESS` (the default), `AT_LEAST_ONE_SUCCESS`, `NONE_FAILED`, `ALL_DONE`, `AT_LEAST_ONE_FAILED` or `ALL_FAILED`.",
    ),
});

/** What a task does: one of these is there, or another kind of Databricks'. */
const kinds = (object: ObjectMaker) => ({
  sql_task: object({
    warehouse_id: z.string().describe("The SQL warehouse that it runs on."),
    query: object({ query_id: z.string().describe("The id of a saved query.") })
      .optional()
      .describe("Runs a saved query."),
    file: object({
      path: z.string().describe("The path of a SQL file: in the workspace, or in the job's Git repository."),
      source: z.string().optional().describe("`WORKSPACE` or `GIT`."),
    })
      .optional()
      .describe("Runs the statements of a file."),
    parameters: values.describe("The values of the parameters that the text names."),
  })
    .optional()
    .describe("Runs SQL."),
  notebook_task: object({
    notebook_path: z.string().describe("The notebook: its path in the workspace or in the Git repository."),
    source: z.string().optional().describe("`WORKSPACE` or `GIT`."),
    base_parameters: values.describe("The values of its widgets."),
    warehouse_id: z.string().optional().describe("The SQL warehouse for a notebook of SQL alone."),
  })
    .optional()
    .describe("Runs a notebook."),
  pipeline_task: object({
    pipeline_id: z.string().describe("The pipeline that it updates."),
    full_refresh: z.boolean().optional().describe("Whether it computes all tables anew."),
  })
    .optional()
    .describe("Updates a pipeline."),
  run_job_task: object({
    job_id: int64Id.describe("The job that it runs."),
    job_parameters: values.describe("The parameters for that job."),
  })
    .optional()
    .describe("Runs another job."),
});

const otherKind = (what: string) =>
  z.record(z.string(), z.unknown()).optional().describe(`${what}, as Databricks describes it.`);

const otherKinds = {
  spark_python_task: otherKind("Runs a Python file"),
  python_wheel_task: otherKind("Runs a Python wheel"),
  spark_jar_task: otherKind("Runs a JAR"),
  dbt_task: otherKind("Runs dbt"),
  condition_task: otherKind("Compares two values"),
  for_each_task: otherKind("Runs a task for each value"),
};

const limits = {
  max_retries: z
    .int()
    .min(-1)
    .optional()
    .describe("How often it is tried again after a failure. -1: always."),
  timeout_seconds: z.int().min(0).optional().describe("Ends it after this time. 0: no limit."),
  existing_cluster_id: z.string().optional().describe("The cluster that it runs on."),
  job_cluster_key: z.string().optional().describe("The cluster of the job that it runs on."),
};

/** A task as a caller defines it. Kinds and fields that are not listed here are passed on too. */
export const taskParam = openObject({
  ...placing(looseObject),
  ...limits,
  ...kinds(looseObject),
}).meta({
  id: "JobTaskParam",
  description:
    "A task: one field says its kind. Besides the kinds here it can be any other of Databricks, such as `spark_python_task`, in Databricks' form.",
});

/** What a task of a job and one of a run have alike. */
export const taskFields = { ...placing(z.object), ...kinds(z.object), ...otherKinds };

/** A task of a job, as Databricks returns it. */
export const task = z.object({ ...taskFields, ...limits }).meta({ id: "JobTask" });

export const exampleTask = {
  task_key: "totals",
  sql_task: { warehouse_id: "a1b2c3d4e5f60718", file: { path: "/Workspace/Shared/totals.sql" } },
};
