import { openFile } from "../files/volume-folder.ts";
import { locate, namesIn } from "../files/volume-path.ts";
import { ApiError } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { Workspace } from "../workspace.ts";
import { readableObject } from "../workspace-files/workspace-objects.ts";

/** The text of a SQL file of a volume or of the workspace. Throws ApiErrors for one that is not there, or that the principal may not read. */
export async function sqlFileText(
  workspace: Pick<Workspace, "metastore" | "folder" | "objects">,
  path: string,
  principal: Principal,
): Promise<string> {
  const names = namesIn(path);
  if (names[0] !== "Volumes") {
    const object = readableObject(workspace.objects, path, principal);
    if (object.type !== "FILE")
      throw notHere(`The SQL file ${path} cannot be run: it must be a file, and is a ${object.type}.`);
    return (await workspace.objects.bytesOf(object)).toString("utf8");
  }
  const { file } = await openFile(locate(workspace, principal, names, "READ_VOLUME"));
  try {
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

export function notHere(what: string): ApiError {
  return new ApiError(501, "NOT_IMPLEMENTED", `This is the local workspace. ${what}`);
}
