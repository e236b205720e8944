import * as z from "zod";
import { filePath, parseVolumePath } from "../volume-path.ts";

/** The parameters of a copy and of a move. Two spellings of one file are refused: moving it onto itself would delete it. */
export const copyParams = z
  .strictObject({
    source_path: filePath.describe("The file to read. Directories are not supported."),
    destination_path: filePath.describe("The file to write. Missing directories are made."),
    overwrite: z
      .boolean()
      .default(false)
      .describe("Replace the destination if it exists. Without this, an existing file is refused with 409."),
  })
  .refine(({ source_path, destination_path }) => !isSameFile(source_path, destination_path), {
    path: ["destination_path"],
    message: "must differ from source_path",
    // Not before both are known to be paths.
    when: ({ issues }) => issues.length === 0,
  });

/** Unity Catalog's names are the same in upper and lower case, and what is below them is not. */
function isSameFile(path: string, other: string): boolean {
  const [spelling, otherSpelling] = [path, other].map((each) => {
    const { catalog, schema, volume, segments } = parseVolumePath(each);
    return [...[catalog, schema, volume].map((name) => name.toLowerCase()), ...segments].join("/");
  });
  return spelling === otherSpelling;
}
