import { queryOf } from "./target.ts";

interface FileTarget {
  readonly path: string;
  readonly workspace?: string | undefined;
  readonly overwrite?: boolean | undefined;
  /** `inline`: a browser shows the file where it can, in place of saving it. */
  readonly disposition?: "inline" | "attachment" | undefined;
}

/** Where a file is, below the front door's base URL: for a link, a frame or an image, which a browser asks for itself. */
export function fileTarget({ path, overwrite, workspace, disposition }: FileTarget): string {
  return `/api/files${queryOf({ path, overwrite, workspace, disposition })}`;
}
