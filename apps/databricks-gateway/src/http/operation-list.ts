import { type OperationDefinition, operations } from "@front-door/operations";
import * as z from "zod";

/** The reply of `GET /operations`: the contract for programs that cannot import it. */
export function describeOperations(): object {
  return { operations: Object.values<OperationDefinition>(operations).map(describeOperation) };
}

function describeOperation(definition: OperationDefinition): object {
  const { name, summary, kind, idempotent, transfer, timeoutMs, errors } = definition;
  return {
    name,
    summary,
    kind,
    // Where it depends on the parameters, a program that knows no more must not repeat it.
    idempotent: idempotent === true,
    transfer,
    timeout_ms: timeoutMs,
    params: z.toJSONSchema(definition.params, { io: "input" }),
    result: z.toJSONSchema(definition.result),
    errors,
  };
}
