import type { FrontDoor, Upload } from "@front-door/api-client";
import { element } from "./element.ts";

const message = element("message");
const progress = element<HTMLProgressElement>("progress");
const pause = element<HTMLButtonElement>("pause");
const cancel = element<HTMLButtonElement>("cancel");

/** Uploads the chosen file, with its progress, a pause and a way out. */
export async function uploadFile(frontDoor: FrontDoor): Promise<void> {
  const [file] = element<HTMLInputElement>("file").files ?? [];
  if (file === undefined) return;
  const upload = frontDoor.upload(`${element<HTMLInputElement>("volume").value}/${file.name}`, file, {
    onProgress: ({ loaded, total = 0 }) => {
      progress.value = total === 0 ? 0 : loaded / total;
    },
  });
  cancel.disabled = pause.disabled = false;
  const buttons = new AbortController();
  cancel.addEventListener("click", () => upload.abort(), { signal: buttons.signal });
  pause.addEventListener("click", () => togglePause(upload), { signal: buttons.signal });
  try {
    const stored = await upload;
    message.textContent = `Stored ${stored.file_size} bytes at ${stored.path}`;
  } finally {
    buttons.abort();
    cancel.disabled = pause.disabled = true;
    pause.textContent = "Pause";
  }
}

function togglePause(upload: Upload): void {
  if (upload.paused) upload.resume();
  else upload.pause();
  pause.textContent = upload.paused ? "Resume" : "Pause";
}
