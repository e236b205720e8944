export type { CallOptions, FrontDoorOptions } from "./client-options.ts";
export { createClient, type FrontDoor } from "./create-client.ts";
export type { Download, DownloadOptions, Progress } from "./download.ts";
export type { FileInfo } from "./file-metadata.ts";
export { fileTarget } from "./file-target.ts";
export { type ClientErrorCode, FrontDoorError } from "./front-door-error.ts";
/** How each operation is sent, by the name of its method: for a program that learns the name at run time. */
export { operations } from "./generated/operations.gen.ts";
/** Every type of the API document: `Api.Table`, `Api.QueryColumn`, … */
export type * as Api from "./generated/types.gen.ts";
export type { Lines } from "./lines.ts";
export type { Pages } from "./pages.ts";
export type { Cell, QueryRequest, RowStream } from "./query-request.ts";
export type { WaitOptions } from "./run-statement.ts";
export type { Upload, UploadBody, UploadOptions } from "./upload.ts";
