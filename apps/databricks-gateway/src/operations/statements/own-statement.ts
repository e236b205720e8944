import { OperationError } from "@front-door/operations";
import { isCredentialRefused } from "../../databricks/credential.ts";
import { statementNotFound } from "./statement-ids.ts";

/**
 * The result of a call about one statement. Databricks shows a statement only to the identity that submitted it, and no
 * other identity may learn that it exists, so a 403 becomes a 404 here.
 */
export async function ownStatement<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof OperationError) || (error.status !== 403 && error.status !== 404)) throw error;
    // A refused token says nothing about the statement, and its caller must learn of it.
    if (isCredentialRefused(error.status, error.message)) throw error;
    throw statementNotFound(error);
  }
}
