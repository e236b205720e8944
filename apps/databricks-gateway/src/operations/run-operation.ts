import { definitionOf, type OperationName, readLeniently } from "@front-door/operations";
import type { Principals } from "../auth/principals.ts";
import type { Authentication } from "../auth/workspace.ts";
import { invalidResponse } from "../databricks/invalid-response.ts";
import type { Handlers, OperationContext, UploadContext } from "./handler.ts";

export interface OperationParts {
  readonly handlers: Handlers;
  readonly principals: Principals;
}

type AnyContext = OperationContext &
  Partial<UploadContext> & {
    /** Told which fields of the result were not as described and are left out, for the log. */
    readonly onOddFields: (names: readonly string[]) => void;
  };
type AnyHandler = (params: unknown, context: AnyContext) => Promise<object>;

/**
 * Runs the operation's handler, as the identity that {@link withDatabricksAuth} has set. A JSON result has the fields of
 * the contract and no others. Throws OperationErrors, and what a defect throws.
 */
export async function runOperation(
  name: OperationName,
  params: unknown,
  { who }: Authentication,
  context: AnyContext,
  { handlers, principals }: OperationParts,
): Promise<object> {
  // The map is typed for each name; which one this is, is known only now.
  const handler = handlers[name] as unknown as AnyHandler;
  const result = await handler(params, context);
  if (name === "me") principals.learn(who, (result as { user_name?: unknown }).user_name);
  principals.accepted(who);
  const { transfer } = definitionOf(name);
  if (transfer !== "json" && transfer !== "upload") return result;
  return checkedResult(name, result, context.onOddFields);
}

/** Throws UPSTREAM_INVALID_RESPONSE, whose cause names the required fields that are missing or odd, never their values. */
function checkedResult(
  name: OperationName,
  result: object,
  onOddFields: AnyContext["onOddFields"],
): Record<string, unknown> {
  const reading = readLeniently(definitionOf(name).result, result);
  if (!reading.success) throw invalidResponse(`a reply to ${name} with odd ${reading.oddFields.join(", ")}`);
  if (reading.oddFields.length > 0) onOddFields(reading.oddFields);
  return reading.data;
}
