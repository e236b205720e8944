import { type FrontDoor, FrontDoorError } from "@front-door/api-client";

/** Whether there is a folder. One that may not be listed counts as one. */
export async function isFolder(frontDoor: FrontDoor, path: string): Promise<boolean> {
  try {
    await frontDoor.listDirectory({ path, max_results: 1 });
    return true;
  } catch (error) {
    return !(error instanceof FrontDoorError && error.status === 404);
  }
}
