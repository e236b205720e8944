import type { Handler } from "../handler.ts";
import { doesExist } from "../refusals.ts";
import { headFile } from "./file-version.ts";
import { storeFile } from "./store-file.ts";

export const writeFile: Handler<"write_file"> = async ({ path, overwrite }, { signal, upload }) => {
  const created = !overwrite || (await doesExist(headFile(path, signal))) === false;
  await storeFile({ path, overwrite, content: upload }, signal);
  return { path, file_size: upload.bytesRead(), created };
};
