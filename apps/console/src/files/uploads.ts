import { onPersonChange, onPersonKnown } from "../shell/credential.ts";
import { frontDoor, frontDoorForUploads } from "../shell/front-door.ts";
import { listFilesAgain, listFilesSoon } from "./list-files-again.ts";
import { personSignal } from "./person-signal.ts";
import type { Picked } from "./picked-files.ts";
import { UploadQueue } from "./upload-queue.ts";

/** Every upload of this page. They go on while another page of the console is open. */
export const uploads = new UploadQueue(frontDoorForUploads, listFilesSoon);

/** Uploads what was picked into a folder. */
export async function upload(folder: string, { files, emptyFolders }: Picked): Promise<void> {
  uploads.add(folder, files);
  const signal = personSignal();
  for (const path of emptyFolders) {
    if (signal.aborted) return;
    await frontDoor.createDirectory({ path: `${folder}/${path}` });
  }
  if (emptyFolders.length > 0) await listFilesAgain();
}

onPersonChange(() => {
  uploads.cancelAll();
  uploads.clear();
});

onPersonKnown(() => uploads.resumeRefused());

// Whoever leaves the page ends what is under way.
addEventListener("beforeunload", (event) => {
  if (uploads.isBusy) event.preventDefault();
});
