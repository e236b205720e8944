import { seededCluster } from "./compute-cases.ts";
import type { JobsMutation } from "./jobs-mutations.ts";
import { idlePipeline, seededPipeline } from "./pipelines-cases.ts";

const onClusters = (path: string) => ({ method: "POST", path: `/api/2.1/clusters/${path}` });
const onPipelines = (path: string) => ({
  method: "POST",
  path: `/api/2.0/pipelines/${seededPipeline.pipeline_id}/${path}`,
});

/** The mutations of clusters and pipelines, for what every mutation has to withstand. */
export const computeMutations: Readonly<Record<string, JobsMutation>> = {
  start_cluster: { op: "start_cluster", params: () => seededCluster, call: onClusters("start") },
  stop_cluster: { op: "stop_cluster", params: () => seededCluster, call: onClusters("delete") },
  start_pipeline_update: { op: "start_pipeline_update", params: idlePipeline, call: onPipelines("updates") },
  stop_pipeline: { op: "stop_pipeline", params: () => seededPipeline, call: onPipelines("stop") },
};
