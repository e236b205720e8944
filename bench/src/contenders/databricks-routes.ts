import { filesFolder, type Routes } from "./contender.ts";

/** Databricks' own requests, for contenders that pass everything on as it is. */
export const databricksRoutes = {
  listSchemas: (catalog) => ({
    method: "GET",
    path: `/api/2.1/unity-catalog/schemas?catalog_name=${catalog}`,
  }),
  readFile: (name) => ({ method: "GET", path: `/api/2.0/fs/files${filesFolder}/${name}` }),
  writeFile: (name, bodyBytes) => ({
    method: "PUT",
    path: `/api/2.0/fs/files${filesFolder}/${name}?overwrite=true`,
    headers: { "content-type": "application/octet-stream" },
    bodyBytes,
  }),
  listDirectory: (page) => ({
    method: "GET",
    path: `/api/2.0/fs/directories${filesFolder}/many${page === 0 ? "" : `?page_token=${page}`}`,
  }),
} as const satisfies Routes;
