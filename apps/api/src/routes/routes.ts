import type { Route } from "../routing/route.ts";
import { volumeToEnsure } from "./ensure-volume.ts";
import { executeQuery } from "./execute-query.ts";
import { downloadFile, headFile } from "./file-download.ts";
import { uploadFile } from "./file-upload.ts";
import { createRoute, deleteRoute, queryRoute } from "./operation-routes.ts";
import { apiDocument, health, ready } from "./service-routes.ts";
import { cancelStatement, getStatement, getStatementResult, submitStatement } from "./statements.ts";
import { getUcSchema, putUcSchema } from "./uc-schema.ts";

/** Every public route, in the order of the API document. */
export const routes: readonly Route[] = [
  queryRoute("/api/me", "me", "Identity"),

  queryRoute("/api/catalogs", "list_catalogs", "Unity Catalog"),
  queryRoute("/api/schemas", "list_schemas", "Unity Catalog"),
  queryRoute("/api/tables", "list_tables", "Unity Catalog"),
  queryRoute("/api/volumes", "list_volumes", "Unity Catalog"),
  createRoute("/api/volumes", "ensure_volume", "Unity Catalog", volumeToEnsure),

  queryRoute("/api/directories", "list_directory", "Files"),
  createRoute("/api/directories", "create_directory", "Files"),
  deleteRoute("/api/directories", "delete_directory", "Files"),
  downloadFile("/api/files"),
  headFile("/api/files"),
  uploadFile("/api/files"),
  deleteRoute("/api/files", "delete_file", "Files"),

  executeQuery("/api/query"),
  submitStatement("/api/statements"),
  getStatement("/api/statements/:id"),
  getStatementResult("/api/statements/:id/result"),
  cancelStatement("/api/statements/:id/cancel"),
  queryRoute("/api/warehouses", "list_warehouses", "SQL"),

  getUcSchema("/api/settings/uc-schema"),
  putUcSchema("/api/settings/uc-schema"),

  health("/health"),
  ready("/ready"),
  apiDocument("/openapi.json"),
];
