import { z } from "zod";
import { ApiError, invalidParameter, notImplemented, permissionDenied } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Workspace } from "../workspace.ts";
import { exportedObject, importedObject } from "./imported-object.ts";
import { FIXED_FOLDERS, mayUse, objectPath, parentOf, requireAccess } from "./object-path.ts";
import { LANGUAGES, type ObjectState, type WorkspaceObject } from "./object-state.ts";

/** 10 MB in base64, and the rest of the body. */
const IMPORT_BYTES_MAX = 16 * 1024 * 1024;
const FORMATS = ["SOURCE", "HTML", "JUPYTER", "DBC", "R_MARKDOWN", "RAW", "AUTO"] as const;

const importSchema = z.object({
  path: z.string().default(""),
  content: z.string().default(""),
  format: z.enum(FORMATS).default("SOURCE"),
  language: z.enum(LANGUAGES).optional(),
  overwrite: z.boolean().default(false),
});

/** `/api/2.0/workspace`: notebooks, files and folders. No notebook runs. */
export function workspaceObjects(workspace: Workspace): Route[] {
  const all = "/api/2.0/workspace";
  return [
    { method: "GET", pattern: `${all}/list`, handle: (call) => list(workspace, call) },
    { method: "GET", pattern: `${all}/get-status`, handle: (call) => json(view(readable(workspace, call))) },
    { method: "GET", pattern: `${all}/export`, handle: (call) => exported(workspace, call) },
    { method: "POST", pattern: `${all}/import`, handle: (call) => imported(workspace, call) },
    { method: "POST", pattern: `${all}/delete`, handle: (call) => remove(workspace, call) },
    { method: "POST", pattern: `${all}/mkdirs`, handle: (call) => makeFolders(workspace, call) },
  ];
}

function list(workspace: Workspace, call: Call): Reply {
  const found = readable(workspace, call);
  const { principal, query } = call;
  const after = Number(query.get("notebooks_modified_after") ?? 0);
  const inside =
    found.type === "DIRECTORY"
      ? workspace.objects.below(found.path).filter(({ path }) => parentOf(path) === found.path)
      : [found];
  const objects = inside
    .filter(({ path }) => principal.admin || mayUse(path, principal.name, "Read"))
    .filter(({ type, modifiedAt }) => type !== "NOTEBOOK" || modifiedAt > after)
    .map(view);
  return json(objects.length === 0 ? {} : { objects });
}

async function exported(workspace: Workspace, call: Call): Promise<Reply> {
  const format = call.query.get("format") ?? "SOURCE";
  if (!(FORMATS as readonly string[]).includes(format)) throw invalidParameter(`Invalid format ${format}.`);
  if (call.query.get("direct_download") === "true") throw notImplemented("exports as bytes");
  const found = readable(workspace, call);
  if (found.type === "DIRECTORY") throw notImplemented("exports of folders");
  const { bytes, ending } = exportedObject(found, await workspace.objects.bytesOf(found), format);
  return json({ content: bytes.toString("base64"), ...(ending === "" ? {} : { file_type: ending }) });
}

async function imported({ objects, clock }: Workspace, { req, principal }: Call): Promise<Reply> {
  if (req.headers["content-type"]?.startsWith("multipart/"))
    throw notImplemented("imports as multipart/form-data");
  const given = await readJson(req, importSchema, IMPORT_BYTES_MAX);
  const object = importedObject({ ...given, path: objectPath(given.path) });
  const { path } = object;
  requireAccess(path, principal, "Edit");
  requireUnfixed(path);
  const parent = objects.at(parentOf(path));
  if (parent?.type !== "DIRECTORY") throw missing(`The parent folder (${parentOf(path)}) does not exist.`);
  const existing = objects.at(path);
  if (existing !== undefined) {
    if (!given.overwrite) throw alreadyThere(path);
    if (existing.type !== object.type)
      throw invalidParameter(`Cannot overwrite the ${existing.type} at ${path} with a ${object.type}.`);
  }
  await objects.store(object, clock.now());
  return json({});
}

async function remove({ objects }: Workspace, { req, principal }: Call): Promise<Reply> {
  const schema = z.object({ path: z.string().default(""), recursive: z.boolean().default(false) });
  const { path: given, recursive } = await readJson(req, schema);
  const path = objectPath(given);
  requireAccess(path, principal, "Edit");
  const found = objects.at(path);
  if (found === undefined) throw missing(`Path (${path}) doesn't exist.`);
  requireUnfixed(path);
  const inside = found.type === "DIRECTORY" ? objects.below(path) : [];
  if (inside.length > 0 && !recursive)
    throw new ApiError(400, "DIRECTORY_NOT_EMPTY", `Folder (${path}) is not empty`);
  await objects.remove([found, ...inside]);
  return json({});
}

async function makeFolders({ objects, clock }: Workspace, { req, principal }: Call): Promise<Reply> {
  const { path: given } = await readJson(req, z.object({ path: z.string().default("") }));
  const path = objectPath(given);
  if (objects.at(path)?.type === "DIRECTORY") {
    requireAccess(path, principal, "Read");
    return json({});
  }
  requireAccess(path, principal, "Edit");
  const folders = path.split("/").map((_, index, names) => names.slice(0, index + 1).join("/"));
  for (const folder of folders.slice(1)) requireFolder(objects, folder, principal);
  for (const folder of folders.slice(1)) objects.makeFolder(folder, clock.now());
  await objects.save();
  return json({});
}

/** Throws 400 if something else is at the path. */
function requireFolder(objects: ObjectState, path: string, principal: Principal): void {
  const found = objects.at(path);
  if (found === undefined) requireAccess(path, principal, "Edit");
  else if (found.type !== "DIRECTORY") throw alreadyThere(path);
}

/** The object at the path of the query. */
function readable({ objects }: Workspace, { query, principal }: Call): WorkspaceObject {
  return readableObject(objects, query.get("path"), principal);
}

/** Throws 404 if nothing is at the path, and 403 if the principal may not see it. */
export function readableObject(
  objects: ObjectState,
  given: string | null,
  principal: Principal,
): WorkspaceObject {
  const path = objectPath(given);
  requireAccess(path, principal, "Read");
  const found = objects.at(path);
  if (found === undefined) throw missing(`Path (${path}) doesn't exist.`);
  return found;
}

function requireUnfixed(path: string): void {
  const isHome = parentOf(path) === "/Users";
  if (isHome || (FIXED_FOLDERS as readonly string[]).includes(path))
    throw permissionDenied(`The folder ${path} is protected.`);
}

function missing(message: string): ApiError {
  return new ApiError(404, "RESOURCE_DOES_NOT_EXIST", message);
}

function alreadyThere(path: string): ApiError {
  return new ApiError(400, "RESOURCE_ALREADY_EXISTS", `Path (${path}) already exists.`);
}

function view({ id, path, type, language, size, createdAt, modifiedAt }: WorkspaceObject): object {
  const times = type === "FILE" ? { created_at: createdAt, modified_at: modifiedAt, size } : {};
  return { path, object_type: type, object_id: id, resource_id: String(id), language, ...times };
}
