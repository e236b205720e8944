/** A file that somebody chose or dropped. */
export interface PickedFile {
  readonly file: File;
  /** Below where it goes: `photos/2026/a.jpg` for a file of a folder. */
  readonly relativePath: string;
}

export interface Picked {
  readonly files: readonly PickedFile[];
  /** Folders with nothing in them, which no file makes. */
  readonly emptyFolders: readonly string[];
}

/** The files of an `<input type="file">`, which says nothing of empty folders. */
export function filesOfInput(list: FileList): Picked {
  const files = [...list].map((file) => {
    return { file, relativePath: file.webkitRelativePath || file.name };
  });
  return { files, emptyFolders: [] };
}

/** Everything that was dropped, at any depth. Call it within the event: afterwards the browser has taken the items back. */
export async function filesOfDrop(items: DataTransferItemList): Promise<Picked> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files: PickedFile[] = [];
  const emptyFolders: string[] = [];
  const walk = async (entry: FileSystemEntry) => {
    // Every path begins with the root of what was dropped.
    const relativePath = entry.fullPath.slice(1);
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      files.push({ file, relativePath });
      return;
    }
    const below = await entriesOf((entry as FileSystemDirectoryEntry).createReader());
    if (below.length === 0) emptyFolders.push(relativePath);
    for (const each of below) await walk(each);
  };
  for (const entry of entries) await walk(entry);
  return { files, emptyFolders };
}

/** A browser returns some at a time, and none at the end. */
async function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
