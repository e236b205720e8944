import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, since they start the product, move many bytes or wait for deadlines. */
const longFiles = [
  "apps/api/test/server.test.ts",
  "apps/databricks-gateway/test/cold-start.test.ts",
  "apps/databricks-gateway/test/fault-matrix.test.ts",
  "apps/databricks-gateway/test/large-rows.test.ts",
  "apps/databricks-gateway/test/repeated-statements.test.ts",
  "apps/databricks-gateway/test/slow-readers.test.ts",
  "scripts/killed-gateway.test.ts",
  "scripts/large-files.test.ts",
  "scripts/pack-packages.test.ts",
  "scripts/secret-scan.test.ts",
  "scripts/slow-readers.test.ts",
  "scripts/start.test.ts",
];

function isLong({ moduleId }: TestSpecification): boolean {
  return longFiles.some((file) => moduleId.endsWith(`/${file}`));
}

/**
 * Starts the longest test files first, so that none of them runs alone at the end. Vitest does so itself once it has run them;
 * in a fresh clone it goes by the size of a file, and the longest are short to read.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own method
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
