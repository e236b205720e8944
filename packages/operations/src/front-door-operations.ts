/**
 * What the front door does itself, without Databricks. API keys and the gateway's policy allow it by name, like an operation.
 */
export const frontDoorOperations = { get_uc_schema: "query", put_uc_schema: "mutation" } as const;

export type FrontDoorOperation = keyof typeof frontDoorOperations;
