import type { CallOptions, FrontDoorOptions } from "./client-options.ts";
import { Download, type DownloadOptions } from "./download.ts";
import { type FileInfo, fileMetadata } from "./file-metadata.ts";
import { type Operations, operations } from "./generated/operations.gen.ts";
import type { Statement } from "./generated/types.gen.ts";
import { Http } from "./http.ts";
import { Lines } from "./lines.ts";
import { type PageOfMany, Pages } from "./pages.ts";
import { QueryRequest } from "./query-request.ts";
import { runStatement, type WaitOptions } from "./run-statement.ts";
import { placeParams } from "./target.ts";
import { Upload, type UploadBody, type UploadOptions } from "./upload.ts";

/** The client: a method for every operation of the API, and those that move files or wait. */
export interface FrontDoor extends Operations {
  readonly baseUrl: string;
  /** The workspace of calls that name none, if the client was made with one. */
  readonly workspace: string | undefined;

  /** Stores the body as a file: all of it or nothing. It begins at once; await it for the stored file. */
  upload(path: string, body: UploadBody, options?: UploadOptions): Upload;

  /** Reads a file, or a range of it. Resolves when its bytes begin to arrive. */
  download(path: string, options?: DownloadOptions): Promise<Download>;

  /** Gets the size and the time of a file, without its bytes. */
  fileMetadata(params: { path: string; workspace?: string }, options?: CallOptions): Promise<FileInfo>;

  /** Submits a statement and waits until it has succeeded. An abort cancels it. */
  runStatement(
    params: Parameters<Operations["submitStatement"]>[0],
    options?: WaitOptions,
  ): Promise<Statement>;
}

/** Makes the client. It sends nothing by itself. Throws a TypeError if `baseUrl` is no address. */
export function createClient(options: FrontDoorOptions): FrontDoor {
  const http = new Http(options);
  const methods = Object.entries(operations).map(([name, operation]) => {
    const { method, items } = operation;
    const call = (params: Readonly<Record<string, unknown>> = {}, callOptions: CallOptions = {}) => {
      const request = (more = {}) => {
        return { method, ...placeParams(operation, { ...params, ...more }, options.workspace) };
      };
      const json = async (more?: object) => http.json<PageOfMany>(request(more), callOptions);
      if (items === undefined) return json();
      if (items === "lines") return new Lines(http, request, callOptions);
      if (items === "rows") return new QueryRequest(http, request, callOptions);
      return new Pages(async (token) => json(token === undefined ? {} : { page_token: token }), items);
    };
    return [name, call] as const;
  });
  // Each method of the interface has its line in the table.
  const generated = Object.fromEntries(methods) as unknown as Operations;
  return {
    ...generated,
    baseUrl: http.baseUrl,
    workspace: options.workspace,
    upload: (path, body, uploadOptions) => new Upload(http, path, body, inWorkspace(uploadOptions)),
    download: async (path, downloadOptions) => Download.open(http, path, inWorkspace(downloadOptions)),
    fileMetadata: async (params, callOptions) => fileMetadata(http, inWorkspace(params), callOptions),
    runStatement: async (params, waitOptions) => runStatement(http, generated, params, waitOptions),
  };

  function inWorkspace<Given extends { readonly workspace?: string }>(given?: Given): Given {
    return {
      ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
      ...given,
    } as Given;
  }
}
