import type { OperationName } from "@front-door/operations";
import { canceledRun, type Maker, newJob, pendingRun, sqlTask } from "./make-jobs.ts";

export interface JobsMutation {
  readonly op: OperationName;
  readonly params: (maker: Maker) => object | Promise<object>;
  /** The one call to Databricks. */
  readonly call: { readonly method: string; readonly path: string };
}

const post = (path: string) => ({ method: "POST", path: `/api/2.2/jobs/${path}` });
const token = { idempotency_token: "a-token" };

/** The mutations of jobs and runs, for what every mutation has to withstand. */
export const jobsMutations: Readonly<Record<string, JobsMutation>> = {
  create_job: { op: "create_job", params: () => ({ name: "x", tasks: [sqlTask] }), call: post("create") },
  update_job: {
    op: "update_job",
    params: async (maker) => ({ ...(await newJob(maker)), new_settings: { name: "y" } }),
    call: post("update"),
  },
  delete_job: { op: "delete_job", params: (maker) => newJob(maker), call: post("delete") },
  run_job: { op: "run_job", params: (maker) => newJob(maker), call: post("run-now") },
  "run_job (with a token)": {
    op: "run_job",
    params: async (maker) => ({ ...(await newJob(maker)), ...token }),
    call: post("run-now"),
  },
  submit_run: { op: "submit_run", params: () => ({ tasks: [sqlTask] }), call: post("runs/submit") },
  cancel_run: { op: "cancel_run", params: pendingRun, call: post("runs/cancel") },
  repair_run: {
    op: "repair_run",
    params: async (maker) => ({ ...(await canceledRun(maker)), rerun_all_failed_tasks: true }),
    call: post("runs/repair"),
  },
};
