import { onPersonChange } from "../shell/credential.ts";
import { frontDoorOfThisPerson } from "../shell/front-door.ts";
import type { QueryTab } from "./kept-tabs.ts";
import { emptyParameter, parameterNames, sentParameters } from "./parameters.ts";
import { remember } from "./query-history.ts";
import { QueryRun } from "./query-run.ts";
import type { SqlStatement } from "./statements.ts";
import { keepRun } from "./tab-runs.ts";
import { warehouseChoice } from "./warehouse-choice.ts";

/** Another one for each person of this page. */
let person = Symbol("person");
onPersonChange(() => {
  person = Symbol("person");
});

/** Runs a statement in a tab, in place of its last run, which is cancelled. Every attempt is the person's who began it. */
export function startRun(tabId: string, statement: SqlStatement, parameters: QueryTab["parameters"]): void {
  const names = parameterNames(statement.sql);
  const params = sentParameters(names, parameters);
  const warehouseId = warehouseChoice.get();
  const run = new QueryRun(frontDoorOfThisPerson(), statement, {
    ...(params === undefined ? {} : { params }),
    ...(warehouseId === undefined ? {} : { warehouse_id: warehouseId }),
  });
  keepRun(tabId, run);
  const own = Object.fromEntries(names.map((name) => [name, parameters[name] ?? emptyParameter]));
  void rememberEnd(run, own);
}

async function rememberEnd(run: QueryRun, parameters: QueryTab["parameters"]): Promise<void> {
  const who = person;
  await run.ended;
  // Signing out cancels what runs. The history that it has cleared stays empty.
  if (who !== person) return;
  const { phase, elapsedMs, rowCount } = run.view();
  const { sql } = run.statement;
  remember({ sql, parameters, startedAt: run.startedAt.toISOString(), phase, elapsedMs, rowCount });
}
