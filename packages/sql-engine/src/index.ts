export { batchMessage, schemaMessage } from "./arrow/ipc-message.ts";
export type {
  CatalogEntry,
  CatalogSource,
  Change,
  ColumnEntry,
  FileEntry,
  FileTransfer,
  GrantEntry,
  Path,
  Privilege,
  SchemaEntry,
  SecurableKind,
  TableConstraint,
  TableEntry,
  VolumeEntry,
} from "./catalog-source.ts";
export { openSqlEngine } from "./open-sql-engine.ts";
export type { ParameterValue } from "./parameter-value.ts";
export { SAMPLE_TABLES } from "./sample-tables.ts";
export type { ExecuteOptions, Session, SessionOptions, StatementParameters } from "./session.ts";
export type { SqlEngine, SqlEngineOptions } from "./sql-engine.ts";
export { type ErrorClass, SqlError, unsupported } from "./sql-error.ts";
export type { ResultColumn, StatementResult } from "./statement-result.ts";
export { declaredTypeFromText, typeFromText } from "./syntax/type-from-text.ts";
export { INFORMATION_SCHEMA } from "./translate/information-schema.ts";
export type { TextForm } from "./translate/text-form.ts";
export type { DataType } from "./types/data-type.ts";
export { sqlTypeText, typeName, typeText } from "./types/type-text.ts";
