export {
  type AllowedOperations,
  allowedOperations,
  allowedOperationsRequest,
} from "./allowed-operations.ts";
export { type CatalogSchema, parseCatalogSchema } from "./catalog-schema.ts";
export { isIdempotent, type OperationDefinition, type Transfer } from "./define-operation.ts";
export { type Domain, domains, isDomain } from "./domains.ts";
export { errorCodeLabel } from "./error-code-label.ts";
export {
  asOperationError,
  type ErrorCode,
  type ErrorDetail,
  type ErrorEnvelope,
  errorEnvelope,
  errorTable,
  isErrorCode,
  OperationError,
  type OperationErrorOptions,
  toErrorEnvelope,
} from "./errors.ts";
export { type Conditions, decide, type FileVersion, hasConditions, singleRange } from "./files/conditions.ts";
export { treeLine } from "./files/list-tree.ts";
export { type FrontDoorOperation, frontDoorOperations } from "./front-door-operations.ts";
export { genieMessage, isAnswerFinal } from "./genie/genie-message.ts";
export { genieEvent } from "./genie/watch-genie-message.ts";
export { hasRunEnded, hasRunFailed, outcomeOfRun, stateOfRun } from "./jobs/run.ts";
export { runLine } from "./jobs/watch-run.ts";
export { limitRefusal } from "./limit-refusal.ts";
export { meantBy } from "./meant-by.ts";
export { type NeededOperation, neededOperations, withoutParameter } from "./needed-operations.ts";
export {
  definitionOf,
  isOperationName,
  type OperationName,
  type OperationParams,
  type OperationResult,
  type Operations,
  operations,
} from "./operations.ts";
export {
  type AllowableOperation,
  allowableOperations,
  isAllowedByDefault,
  operationsMatching,
} from "./operations-matching.ts";
export { mayHaveRun, throwNotRun, withOutcome } from "./outcome.ts";
export { parseParameters } from "./parse-parameters.ts";
export { parseUntrustedJson } from "./parse-untrusted-json.ts";
export { isPathTraversal } from "./path-traversal.ts";
export type { PublicRoute } from "./public-route.ts";
export { readLeniently } from "./read-leniently.ts";
export {
  decodeCaller,
  decodeGroups,
  decodeRunHeader,
  encodeCaller,
  encodeGroups,
  encodeRunHeader,
  gatewayHeader,
  type OidcRunAs,
  oidcRunAs,
  parseRunRequest,
  parseTimeoutMs,
  type RunRequest,
  requestIdPattern,
  runRequest,
  type SignInMode,
  sessionIdPattern,
  signInModes,
  workspaceName,
} from "./run-protocol.ts";
export { catalogSchemaPattern, securableName } from "./securable-name.ts";
export { modelRequest } from "./serving/model-request.ts";
export { servingEndpointName } from "./serving/serving-endpoint.ts";
export { type TokenUsage, tokenUsage } from "./serving/token-usage.ts";
export {
  isSessionOperation,
  type SessionOperation,
  type SessionParams,
  type SessionResult,
  sessionOperations,
} from "./session-operations.ts";
export { jsonRowLimitDefault } from "./sql/execute-query.ts";
export type { QueryColumn } from "./sql/query-column.ts";
export { queryLine } from "./sql/query-line.ts";
export { firstKeyword, whyNotReading } from "./sql/reading-statement.ts";
export { type ResultFormat, resultMediaType } from "./sql/result-format.ts";
export type { SqlParameter, SqlParameters } from "./sql/sql-parameters.ts";
export type { Target } from "./target.ts";
export { tidySchema } from "./tidy-schema.ts";
export {
  directoryPath,
  encodeVolumePath,
  filePath,
  formatVolumePath,
  parseVolumePath,
  type VolumePath,
} from "./volume-path.ts";
export { volumeNameOf } from "./volumes/ensure-volume.ts";
