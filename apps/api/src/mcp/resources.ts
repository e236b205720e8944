import { isUtf8 } from "node:buffer";
import { asOperationError, filePath, OperationError, type OperationName } from "@front-door/operations";
import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
} from "@modelcontextprotocol/server";
import type { Access } from "./access.ts";
import { type AllowedGateway, allowedGateway } from "./allowed-gateway.ts";
import type { McpCaller } from "./mcp-caller.ts";

const bytesMax = 1024 * 1024;
const json = "application/json";

type Contents = ReadResourceResult["contents"][number];
type Reader = Pick<McpCaller, "call"> & { readonly gateway: AllowedGateway };

/** One kind of resource. `{name}` in its template is one segment of the path, and `{+path}` the rest of it. */
interface ResourceKind {
  readonly template: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType?: string;
  /** The operation that reads it. */
  readonly needs: OperationName;
  /** Reads the one that the values of the template name. Throws an OperationError. */
  read(values: readonly string[], reader: Reader, uri: string): Promise<Contents>;
}

const kinds: readonly ResourceKind[] = [
  {
    template: "databricks://catalogs/{catalog}",
    name: "Catalog",
    description: "The schemas of a catalog.",
    mimeType: json,
    needs: "list_schemas",
    read: async ([catalog = ""], { gateway, call }, uri) =>
      jsonContents(uri, await gateway.callForBytes("list_schemas", { catalog }, call)),
  },
  {
    template: "databricks://schemas/{catalog}/{schema}",
    name: "Schema",
    description: "The tables and views of a schema, without their columns.",
    mimeType: json,
    needs: "list_tables",
    read: async ([catalog = "", schema = ""], { gateway, call }, uri) =>
      jsonContents(
        uri,
        await gateway.callForBytes("list_tables", { catalog, schema, omit_columns: true }, call),
      ),
  },
  {
    template: "databricks://tables/{catalog}/{schema}/{table}",
    name: "Table",
    description: "A table or view: columns with types and comments, owner, format.",
    mimeType: json,
    needs: "get_table",
    read: async ([catalog = "", schema = "", name = ""], { gateway, call }, uri) =>
      jsonContents(uri, await gateway.callForBytes("get_table", { catalog, schema, name }, call)),
  },
  {
    template: "databricks://tables/{catalog}/{schema}/{table}/schema",
    name: "Schema of a table",
    description: "The columns of a table as lines of text: name, type, comment.",
    mimeType: "text/plain",
    needs: "get_table",
    async read([catalog = "", schema = "", name = ""], { gateway, call }, uri) {
      const { columns = [] } = await gateway.call("get_table", { catalog, schema, name }, call);
      const lines = columns.map((column) =>
        [column.name, column.type_text ?? column.type, column.comment && `-- ${column.comment}`]
          .filter(Boolean)
          .join(" "),
      );
      return { uri, mimeType: "text/plain", text: lines.join("\n") };
    },
  },
  {
    template: "databricks://files/{+path}",
    name: "File",
    description:
      "A file of a volume, of at most 1 MiB: databricks://files/Volumes/main/default/files/report.csv.",
    needs: "read_file",
    async read(segments, { gateway, call }, uri) {
      const path = filePath.safeParse(`/${segments.join("/")}`).data;
      if (path === undefined)
        throw new OperationError("NOT_FOUND", "The URI must name a path below /Volumes.");
      const { body } = await gateway.stream("read_file", { path }, call);
      const bytes = await allOf(body, "Read it in parts with the tool read_file.");
      return isUtf8(bytes) ? { uri, text: bytes.toString() } : { uri, blob: bytes.toString("base64") };
    },
  },
  {
    template: "databricks://statements/{statement_id}/result",
    name: "Result of a statement",
    description: "The whole result of a statement that the tool query has run, of at most 1 MiB, as NDJSON.",
    mimeType: "application/x-ndjson",
    needs: "get_statement_result",
    async read([statement_id = ""], { gateway, call }, uri) {
      const params = { statement_id, format: "ndjson" } as const;
      const { body } = await gateway.stream("get_statement_result", params, call);
      const advice = `Page through it with the tool query and from_row, or fetch GET /api/statements/${statement_id}/result.`;
      const bytes = await allOf(body, advice);
      return { uri, mimeType: "application/x-ndjson", text: bytes.toString() };
    },
  },
];

/** The catalogs that the caller sees. What is in them is found by tools, or by the templates. */
export async function listResources(
  cursor: string | undefined,
  access: Access,
  { gateway, call }: McpCaller,
): Promise<ListResourcesResult> {
  if (!access.operations.has("list_catalogs")) return { resources: [] };
  const page = cursor === undefined ? {} : { page_token: cursor };
  const { catalogs, next_page_token: nextCursor } = await orProtocolError(() =>
    gateway.call("list_catalogs", page, call),
  );
  const resources = catalogs.map(({ name, comment }) => ({
    uri: `databricks://catalogs/${encodeURIComponent(name)}`,
    name,
    mimeType: json,
    ...(comment ? { description: comment } : {}),
  }));
  return { resources, ...(nextCursor === undefined ? {} : { nextCursor }) };
}

export function listResourceTemplates({ operations }: Access): ListResourceTemplatesResult {
  return {
    resourceTemplates: kinds
      .filter(({ needs }) => operations.has(needs))
      .map(({ template: uriTemplate, name, description, mimeType }) => ({
        uriTemplate,
        name,
        description,
        ...(mimeType === undefined ? {} : { mimeType }),
      })),
  };
}

export async function readResource(
  uri: string,
  access: Access,
  { gateway, call }: McpCaller,
): Promise<ReadResourceResult> {
  const reader = { gateway: allowedGateway(gateway, access), call };
  for (const kind of kinds) {
    const values = valuesIn(uri, kind.template);
    if (values !== undefined) {
      return { contents: [await orProtocolError(() => kind.read(values, reader, uri))] };
    }
  }
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no resource ${JSON.stringify(uri)}.`);
}

/** The values of the template's variables, decoded. Undefined if the URI is of another kind. */
function valuesIn(uri: string, template: string): string[] | undefined {
  const given = uri.split("/");
  const wanted = template.split("/");
  const takesRest = wanted.at(-1)?.startsWith("{+") === true;
  if (takesRest ? given.length < wanted.length : given.length !== wanted.length) return undefined;
  const values: string[] = [];
  for (const [index, segment] of given.entries()) {
    const expected = wanted[Math.min(index, wanted.length - 1)] ?? "";
    if (!expected.startsWith("{")) {
      if (segment !== expected) return undefined;
      continue;
    }
    const value = decoded(segment);
    if (value === undefined || value === "") return undefined;
    values.push(value);
  }
  return values;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function jsonContents(uri: string, bytes: Buffer): Contents {
  return { uri, mimeType: json, text: bytes.toString() };
}

async function allOf(body: AsyncIterable<Buffer>, advice: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let read = 0;
  // Leaving the loop destroys the stream.
  for await (const chunk of body) {
    read += chunk.length;
    if (read > bytesMax) {
      throw new OperationError("PAYLOAD_TOO_LARGE", `It is larger than ${bytesMax} bytes. ${advice}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Resources have no results that are failures. */
async function orProtocolError<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    const { code, message, status } = asOperationError(error);
    const kind = status < 500 ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(kind, `${message} (${code})`, { error_code: code });
  }
}
