// What LazySql loads.

export { runStatement } from "./run-statement.ts";
export { replyPieces } from "./serialize/reply-pieces.ts";
export { SqlClients } from "./sql-clients.ts";
