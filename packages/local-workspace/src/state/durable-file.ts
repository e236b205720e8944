import { randomUUID } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Replaces a file atomically. When it returns, the new content survives a crash and a power failure. */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  temporaryDir: string,
): Promise<void> {
  const temporary = join(temporaryDir, randomUUID());
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Makes the entries of a directory, such as a renamed or new file, survive a crash. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
