// What LazySql loads.
export { replyPieces } from "./result/reply-pieces.ts";
export { runStatement } from "./run-statement.ts";
export { SqlClients } from "./sql-clients.ts";
