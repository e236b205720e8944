import { getCatalog } from "./catalogs/get-catalog.ts";
import { listCatalogs } from "./catalogs/list-catalogs.ts";
import { createDirectory } from "./files/create-directory.ts";
import { deleteDirectory } from "./files/delete-directory.ts";
import { deleteFile } from "./files/delete-file.ts";
import { fileMetadata } from "./files/file-metadata.ts";
import { listDirectory } from "./files/list-directory.ts";
import { readFile } from "./files/read-file.ts";
import { writeFile } from "./files/write-file.ts";
import type { Handlers } from "./handler.ts";
import { me } from "./identity/me.ts";
import { listSchemas } from "./schemas/list-schemas.ts";
import { executeQuery } from "./sql/execute-query.ts";
import { cancelStatement } from "./statements/cancel-statement.ts";
import { getStatement } from "./statements/get-statement.ts";
import { getStatementResultChunk } from "./statements/get-statement-result-chunk.ts";
import { submitStatement } from "./statements/submit-statement.ts";
import { getTable } from "./tables/get-table.ts";
import { listTables } from "./tables/list-tables.ts";
import { createVolume } from "./volumes/create-volume.ts";
import { deleteVolume } from "./volumes/delete-volume.ts";
import { ensureVolume } from "./volumes/ensure-volume.ts";
import { listVolumes } from "./volumes/list-volumes.ts";
import { listWarehouses } from "./warehouses/list-warehouses.ts";

/** The handler of every operation of the contract; one that is missing does not compile. */
export const handlers: Handlers = {
  me,
  list_catalogs: listCatalogs,
  get_catalog: getCatalog,
  list_schemas: listSchemas,
  list_tables: listTables,
  get_table: getTable,
  list_volumes: listVolumes,
  create_volume: createVolume,
  ensure_volume: ensureVolume,
  delete_volume: deleteVolume,
  create_directory: createDirectory,
  list_directory: listDirectory,
  delete_directory: deleteDirectory,
  file_metadata: fileMetadata,
  read_file: readFile,
  write_file: writeFile,
  delete_file: deleteFile,
  list_warehouses: listWarehouses,
  execute_query: executeQuery,
  submit_statement: submitStatement,
  get_statement: getStatement,
  get_statement_result_chunk: getStatementResultChunk,
  cancel_statement: cancelStatement,
};
