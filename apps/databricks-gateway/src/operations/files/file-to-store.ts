import { OperationError } from "@front-door/operations";
import type { Upload } from "../handler.ts";

export interface FileToStore {
  readonly path: string;
  readonly overwrite: boolean;
  readonly content: Pick<Upload, "body" | "contentLength" | "isComplete">;
}

const notKnown = "It is not known whether the file was stored.";

/** The failure of the call that stores the file. A reply of something before Databricks says nothing about it. */
export function storeFailure(error: unknown): unknown {
  const isForeign = error instanceof OperationError && error.code === "UPSTREAM_INVALID_RESPONSE";
  return isForeign ? error.with({ outcome: "unknown" }, `${error.message} ${notKnown}`) : error;
}

/** Throws if Databricks says that the file is stored although it cannot have all of it. */
export function requireComplete({ isComplete }: FileToStore["content"]): void {
  if (isComplete()) return;
  const message = `Databricks accepted the file before all of it was sent. ${notKnown}`;
  throw new OperationError("UPSTREAM_INVALID_RESPONSE", message, { outcome: "unknown" });
}
