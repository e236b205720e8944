import type { AllowableOperation, OperationName } from "@front-door/operations";
import type { VolumeRoot } from "./volume-root.ts";

/** As whom an operation may run: only as its caller, only as the gateway itself, or as either. */
export const identityRules = ["user", "service", "user-or-service"] as const;
export type IdentityRule = (typeof identityRules)[number];

/** What requests may do. A list that is `undefined` restricts nothing. */
export interface Policy {
  /** The rule that it is from, in the words of a message. Undefined: it is the installation's own. */
  readonly rule: string | undefined;
  readonly identity: Readonly<Record<OperationName, IdentityRule>>;
  readonly operations: ReadonlySet<AllowableOperation>;
  /** Folded names: see `foldName`. */
  readonly catalogs: ReadonlySet<string> | undefined;
  readonly volumeRoots: readonly VolumeRoot[] | undefined;
  /** Ids of the warehouses that callers may name or have chosen for them. */
  readonly warehouses: ReadonlySet<string> | undefined;
  readonly readOnly: boolean;
  /** Functions that SQL may call although it must only read, in upper case. */
  readonly readOnlyFunctions: ReadonlySet<string>;
  /** Allows SQL in spite of `catalogs` and `volumeRoots`, although a statement can name any catalog and path. */
  readonly allowUnconfinedSql: boolean;
}
