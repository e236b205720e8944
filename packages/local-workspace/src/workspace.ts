import type { IncomingMessage } from "node:http";
import type { Clock } from "./clock.ts";
import type { ClusterState } from "./compute/cluster-state.ts";
import type { CloudStorage } from "./files/cloud-storage.ts";
import type { OAuth } from "./identity/oauth.ts";
import type { Tokens } from "./identity/tokens.ts";
import type { JobState } from "./jobs/job-state.ts";
import type { RunExecutor } from "./jobs/run-executor.ts";
import type { PipelineState } from "./pipelines/pipeline-state.ts";
import type { UpdateRunner } from "./pipelines/update-runner.ts";
import type { RepoState } from "./repos/repo-state.ts";
import type { SqlServices } from "./sql/sql-services.ts";
import type { Metastore } from "./state/metastore.ts";
import type { Seed } from "./state/seed.ts";
import type { StateFolder } from "./state/state-folder.ts";
import type { SecurableChanges } from "./unity-catalog/securable-changes.ts";
import type { ObjectState } from "./workspace-files/object-state.ts";

/** What every emulated service uses. */
export interface Workspace {
  seed: Seed;
  folder: StateFolder;
  metastore: Metastore;
  securables: SecurableChanges;
  tokens: Tokens;
  oauth: OAuth;
  sql: SqlServices;
  storage: CloudStorage;
  jobs: { state: JobState; executor: RunExecutor };
  clusters: ClusterState;
  pipelines: { state: PipelineState; runner: UpdateRunner };
  objects: ObjectState;
  repos: RepoState;
  clock: Clock;
  /** The origin by which the client of this request addresses the workspace. */
  origin: (req: IncomingMessage) => string;
}
