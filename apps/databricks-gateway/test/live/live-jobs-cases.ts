import type { OperationName } from "@front-door/operations";
import type { LiveCase, LiveContext } from "./live-case.ts";

const noJob = () => ({ job_id: "1" });
const noRun = () => ({ run_id: "1" });
const noCluster = () => ({ cluster_id: "0101-000000-nowhere0" });
const noPipeline = () => ({ pipeline_id: "00000000-0000-4000-8000-000000000000" });
const listing = (op: OperationName): LiveCase => ({ call: ({ gateway }) => gateway.run(op, {}) });

/** A job that is never run, for the time of one call. */
function withJob(op: OperationName, more: object = {}): Pick<LiveCase, "call"> {
  return {
    call: async ({ gateway }: LiveContext) => {
      const notebook_task = { notebook_path: "/Shared/front_door_live_nowhere" };
      const created = await gateway.run("create_job", {
        name: "front_door_live",
        tasks: [{ task_key: "none", notebook_task }],
      });
      if (created.status >= 400) return created;
      try {
        return op === "create_job" ? created : await gateway.run(op, { ...created.body, ...more });
      } finally {
        await gateway.run("delete_job", created.body);
      }
    },
  };
}

/** Jobs, clusters and pipelines. Nothing is started: that would cost somebody money. */
export const liveJobsCases: Readonly<Partial<Record<OperationName, LiveCase>>> = {
  list_jobs: listing("list_jobs"),
  create_job: withJob("create_job"),
  get_job: { ...withJob("get_job"), missing: noJob },
  update_job: { ...withJob("update_job", { new_settings: { max_concurrent_runs: 2 } }), missing: noJob },
  delete_job: { ...withJob("delete_job"), missing: noJob },
  run_job: { missing: noJob },
  list_runs: listing("list_runs"),
  get_run: { missing: noRun },
  get_run_output: { missing: noRun },
  watch_run: { missing: noRun },
  cancel_run: { missing: noRun },
  repair_run: { missing: () => ({ run_id: "1", rerun_all_failed_tasks: true }) },
  list_clusters: listing("list_clusters"),
  get_cluster: { missing: noCluster },
  start_cluster: { missing: noCluster },
  stop_cluster: { missing: noCluster },
  list_cluster_events: { missing: noCluster },
  list_cluster_policies: listing("list_cluster_policies"),
  list_node_types: listing("list_node_types"),
  list_instance_pools: listing("list_instance_pools"),
  list_pipelines: listing("list_pipelines"),
  get_pipeline: { missing: noPipeline },
  start_pipeline_update: { missing: noPipeline },
  stop_pipeline: { missing: noPipeline },
  list_pipeline_updates: { missing: noPipeline },
  list_pipeline_events: { missing: noPipeline },
};
