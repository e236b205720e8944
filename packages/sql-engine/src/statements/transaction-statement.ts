import { SqlError, unsupported } from "../sql-error.ts";
import { done, type Outcome } from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";

/** Every statement commits. So there is never a transaction to end, and none can begin. */
export function runTransaction({ what }: StatementOf<"transaction">): Outcome {
  if (what === "ROLLBACK") return done();
  if (what === "COMMIT")
    throw new SqlError("NO_ACTIVE_TRANSACTION", "There is no active transaction to commit.");
  throw unsupported("TRANSACTIONS", "a transaction of several statements");
}
