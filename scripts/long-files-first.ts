import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest. Most of them compute; after every six or so comes one that mostly waits, for a deadline or for
 * another process. If all that wait ran at once, the cores would be idle.
 */
const longFiles = [
  "apps/databricks-gateway/test/fault-matrix.test.ts",
  "apps/databricks-gateway/test/repeated-statements.test.ts",
  "apps/api/test/contract.test.ts",
  "apps/databricks-gateway/test/large-rows.test.ts",
  "scripts/pack-packages.test.ts",
  "scripts/large-files.test.ts",
  "scripts/start.test.ts",
  "scripts/replace-processes.test.ts",
  "scripts/slow-readers.test.ts",
  "packages/cli/test/query.test.ts",
  "packages/sql-engine/test/statements.test.ts",
  "apps/databricks-gateway/test/linear-expressions.test.ts",
  "apps/databricks-gateway/test/retries.test.ts",
  "packages/cli/test/cp-resumes.test.ts",
  "apps/databricks-gateway/test/garbage-replies.test.ts",
  "apps/api/test/server.test.ts",
  "apps/databricks-gateway/test/identity-matrix.test.ts",
  "apps/databricks-gateway/test/rotation.test.ts",
  "apps/databricks-gateway/test/driver-defects.test.ts",
  "packages/cli/test/mcp.test.ts",
  "scripts/killed-gateway.test.ts",
  "packages/local-workspace/src/local-workspace.test.ts",
  "apps/databricks-gateway/test/stored-results.test.ts",
  "scripts/databricks-apps.test.ts",
  "apps/databricks-gateway/test/server.test.ts",
  "apps/api/test/streaming.test.ts",
  "apps/databricks-gateway/test/operations.test.ts",
  "scripts/secret-scan.test.ts",
  "apps/api/test/mcp.test.ts",
  "apps/api/test/compressed-streams.test.ts",
  "apps/databricks-gateway/test/confinement.test.ts",
  "scripts/sign-in-secret-scan.test.ts",
  "apps/databricks-gateway/test/lost-sessions.test.ts",
  "packages/cli/test/readme.test.ts",
  "apps/databricks-gateway/test/sql.test.ts",
  "scripts/tracing.test.ts",
  "apps/databricks-gateway/test/sdk-defects.test.ts",
  "apps/databricks-gateway/test/sessions.test.ts",
  "scripts/container/image.test.ts",
  "apps/databricks-gateway/test/slow-readers.test.ts",
  "apps/databricks-gateway/src/sql/serialize/json-rows.test.ts",
  "packages/api-client/test/files.test.ts",
  "packages/cli/test/command-line.test.ts",
  "apps/databricks-gateway/test/streams.test.ts",
  "packages/cli/test/cp-hostile-names.test.ts",
  "apps/databricks-gateway/test/sql-hang-up.test.ts",
  "packages/sql-engine/test/extremes.test.ts",
  "apps/databricks-gateway/test/unknown-outcome.test.ts",
  "packages/local-workspace/src/files/files.test.ts",
  "packages/api-client/test/methods.test.ts",
  "apps/api/test/http-habits.test.ts",
  "packages/api-client/test/generated.test.ts",
  "apps/databricks-gateway/test/local-sql.test.ts",
  "packages/sql-engine/test/streaming.test.ts",
  "apps/api/test/mcp-safety.test.ts",
  "apps/databricks-gateway/test/cold-start.test.ts",
  "packages/api-client/test/failures.test.ts",
  "scripts/supervisor.test.ts",
  "packages/gateway-client/src/gateway-client.test.ts",
  "packages/cli/test/failures.test.ts",
  "apps/databricks-gateway/test/file-copies.test.ts",
  "apps/api/test/routes.test.ts",
  "apps/api/src/openapi/api-document.test.ts",
  "apps/databricks-gateway/test/robustness.test.ts",
  "apps/api/test/shared-sessions.test.ts",
  "packages/local-workspace/src/statement-execution/statement-execution.test.ts",
  "apps/databricks-gateway/test/sql-sessions.test.ts",
  "apps/api/test/cut-streams.test.ts",
  "apps/databricks-gateway/test/audit-durability.test.ts",
  "apps/api/test/fair-shares.test.ts",
  "apps/databricks-gateway/test/token-cache.test.ts",
];

/** Its place in the list; that of every other file is the same. */
function placeOf({ moduleId }: TestSpecification): number {
  const place = longFiles.findIndex((file) => moduleId.endsWith(`/${file}`));
  return place === -1 ? longFiles.length : place;
}

/**
 * Starts the longest test files first, so that none of them runs alone at the end. Vitest does so itself once it has run them;
 * in a fresh clone it goes by the size of a file, and the longest are short to read.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own method
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
