import type { OperationName } from "@front-door/operations";
import type { VolumeRoot } from "./volume-root.ts";

/** As whom an operation may run: as the caller's own token only, as the gateway itself only, or as either. */
export type IdentityRule = "user" | "service" | "user-or-service";

/** What this installation lets requests do. `undefined` lists restrict nothing. */
export interface Policy {
  readonly identity: Readonly<Record<OperationName, IdentityRule>>;
  readonly operations: ReadonlySet<OperationName> | undefined;
  /** Folded names: see `foldName`. */
  readonly catalogs: ReadonlySet<string> | undefined;
  readonly volumeRoots: readonly VolumeRoot[] | undefined;
  readonly readOnly: boolean;
  /** SQL although its text can name any catalog and path. */
  readonly allowUnconfinedSql: boolean;
}
