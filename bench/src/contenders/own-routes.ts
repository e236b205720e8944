import { filesFolder, type Routes } from "./contender.ts";

const accept = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  arrow: "application/vnd.apache.arrow.stream",
} as const;
const rowsMax = 100_000_000;

/** The public routes of the front door, which the contenders that we wrote have too. */
export const ownRoutes = {
  listSchemas: (catalog) => ({ method: "GET", path: `/api/schemas?catalog=${catalog}` }),
  readFile: (name) => ({ method: "GET", path: `/api/files?path=${filesFolder}/${name}` }),
  writeFile: (name, bodyBytes) => ({
    method: "PUT",
    path: `/api/files?path=${filesFolder}/${name}`,
    headers: { "content-type": "application/octet-stream" },
    bodyBytes,
  }),
  listDirectory: (page) => ({
    method: "GET",
    path: `/api/directories?path=${filesFolder}/many${page === 0 ? "" : `&page_token=${page}`}`,
  }),
  query: (sql, format) => ({
    method: "POST",
    path: "/api/query",
    headers: { "content-type": "application/json", accept: accept[format] },
    body: JSON.stringify({ sql, ...(format === "json" ? { row_limit: rowsMax } : {}) }),
  }),
} as const satisfies Routes;
