import { OperationError, type OperationName, operations } from "@front-door/operations";
import type { Principals } from "../auth/principals.ts";
import type { Authentication } from "../auth/workspace.ts";
import type { Handlers, OperationContext, UploadContext } from "./handler.ts";

export interface OperationParts {
  readonly handlers: Handlers;
  readonly principals: Principals;
}

type AnyContext = OperationContext & Partial<UploadContext>;
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
  if (name === "me") principals.learn(who, (result as { userName?: unknown }).userName);
  principals.accepted(who);
  const { transfer } = operations[name];
  return transfer === "stream" || transfer === "download" ? result : checkResult(name, result);
}

/** Throws UPSTREAM_INVALID_RESPONSE, whose cause names the field for the log, never its value. */
function checkResult(name: OperationName, result: object): object {
  const { result: schema } = operations[name];
  const asGiven = schema.safeParse(result);
  if (asGiven.success) return asGiven.data;
  // Databricks writes null for an absent value, and the contract leaves it out. Rare, so it is removed only after a failure.
  const parsed = schema.safeParse(withoutNulls(result));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5);
  const fields = issues.map((issue) => `${issue.path.join(".")} (${issue.code})`).join(", ");
  throw new OperationError(
    "UPSTREAM_INVALID_RESPONSE",
    "Databricks answered with something other than its API describes.",
    { cause: new Error(`${name}: ${fields}`) },
  );
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, item]) => item !== null && key !== "__proto__");
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}
