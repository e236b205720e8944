import type { OperationName } from "@front-door/operations";
import type { Principals } from "../auth/principals.ts";
import type { Authentication } from "../auth/workspace.ts";
import type { Handlers, OperationContext, UploadContext } from "./handler.ts";

export interface OperationParts {
  readonly handlers: Handlers;
  readonly principals: Principals;
}

type AnyHandler = (params: unknown, context: OperationContext & Partial<UploadContext>) => Promise<object>;

/**
 * Runs the operation's handler, as the identity that {@link withDatabricksAuth} has set. The result is what Databricks
 * gave: a JSON result is not yet checked against the contract.
 */
export async function runOperation(
  name: OperationName,
  params: unknown,
  { who }: Authentication,
  context: OperationContext & Partial<UploadContext>,
  { handlers, principals }: OperationParts,
): Promise<object> {
  // The map is typed for each name; which one this is, is known only now.
  const handler = handlers[name] as unknown as AnyHandler;
  const result = await handler(params, context);
  if (name === "me") principals.learn(who, (result as { userName?: unknown }).userName);
  principals.accepted(who);
  return result;
}
