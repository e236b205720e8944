export type { CredentialChange } from "./control/credential-change.ts";
export type { Fault } from "./control/faults.ts";
export type { SeenRequest } from "./control/request-log.ts";
export { type LocalWorkspace, type LocalWorkspaceOptions, startLocalWorkspace } from "./local-workspace.ts";
export type { SqlLimits } from "./sql/sql-parts.ts";
export type { SeenStatement } from "./sql/statement-log.ts";
export { FolderInUseError } from "./state/folder-lock.ts";
/** The users with their tokens, and the service principal with its secret, of a workspace without a `seedFile`. */
export { defaultSeed, type Seed, type SeedInput } from "./state/seed.ts";
