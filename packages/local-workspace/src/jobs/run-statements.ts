import { SqlError } from "@front-door/sql-engine";
import { ApiError } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import { statementRequest, statementRequestSchema } from "../statement-execution/statement-request.ts";
import type { Workspace } from "../workspace.ts";

interface Statements {
  principal: Principal;
  warehouseId: string;
  statements: readonly string[];
  parameters?: Readonly<Record<string, string>>;
  catalog?: string | undefined;
  schema?: string | undefined;
  /** Aborted when the work is canceled or has taken too long. */
  signal: AbortSignal;
  /** Told the id of each statement that is started. */
  onStatement?: (id: string) => void;
}

/** Runs statements one after the other, in one session. Returns why one failed, or undefined. */
export async function runStatements(
  { sql }: Pick<Workspace, "sql">,
  given: Statements,
): Promise<string | undefined> {
  const { principal, warehouseId, statements, catalog, schema } = given;
  const { sessions } = sql.statements;
  try {
    const session = await sessions.open({ principal: principal.name, warehouseId }, { catalog, schema }, {});
    try {
      for (const statement of statements) {
        const failure = await runStatement(sql, statement, session, given);
        if (failure !== undefined) return failure;
      }
      return undefined;
    } finally {
      await sessions.end(sessions.find(principal.name, session));
    }
  } catch (error) {
    if (error instanceof ApiError || error instanceof SqlError) return error.message;
    throw error;
  }
}

async function runStatement(
  sql: Workspace["sql"],
  statement: string,
  session: string,
  { principal, warehouseId, parameters = {}, signal, onStatement }: Statements,
): Promise<string | undefined> {
  if (signal.aborted) return "It was canceled.";
  const request = statementRequestSchema.parse({
    statement,
    warehouse_id: warehouseId,
    session_id: session,
    parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
    disposition: "EXTERNAL_LINKS",
  });
  const kept = await sql.statements.start(principal.name, statementRequest(request));
  onStatement?.(kept.seen.id);
  const cancel = () => void kept.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  await kept.ended;
  signal.removeEventListener("abort", cancel);
  if (kept.state === "SUCCEEDED") return undefined;
  return kept.error?.message ?? "The statement was canceled.";
}
