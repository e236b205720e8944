import { done, listing, type Outcome, type StatementRun } from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { STRING } from "../types/data-type.ts";
import { findObject } from "./alter-statement.ts";

export async function runGrant(statement: StatementOf<"grant">, run: StatementRun): Promise<Outcome> {
  const { target, principal, privileges, revokes } = statement;
  const { kind, path } = findObject(target.object, target.name, run);
  const change = { principal, add: revokes ? [] : privileges, remove: revokes ? privileges : [] };
  await run.source.changeGrants(run.principal, kind, path, change);
  return done();
}

/** The grants that affect an object, on itself and above. */
export function runShowGrants({ target, principal }: StatementOf<"show_grants">, run: StatementRun): Outcome {
  const { kind, path } = findObject(target.object, target.name, run);
  const rows = run.source
    .grants(run.principal, kind, path)
    .filter((grant) => principal === undefined || grant.principal === principal)
    .map((grant) => [grant.principal, grant.privilege, grant.kind, grant.path.join(".")]);
  const columns = ["Principal", "ActionType", "ObjectType", "ObjectKey"];
  return listing(
    columns.map((name) => ({ name, type: STRING })),
    rows,
  );
}
