import { listing, type Outcome, type StatementRun } from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { BIGINT, type DataType, STRING } from "../types/data-type.ts";

/** Databricks reports many more counts. Here a table has no files of its own. */
const METRICS: DataType = {
  kind: "struct",
  fields: ["numFilesAdded", "numFilesRemoved"].map((name) => ({ name, type: BIGINT, nullable: true })),
};

/** Does nothing but check that the principal may: OPTIMIZE changes how a table is stored, and no result. */
export function runOptimize(statement: StatementOf<"optimize">, run: StatementRun): Outcome {
  run.target(statement.target);
  return listing(
    [
      { name: "path", type: STRING },
      { name: "metrics", type: METRICS },
    ],
    [[null, "{'numFilesAdded': 0, 'numFilesRemoved': 0}"]],
  );
}
