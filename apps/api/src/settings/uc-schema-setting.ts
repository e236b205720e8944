import { type CatalogSchema, OperationError, parseCatalogSchema } from "@front-door/operations";
import { type SettingsFile, UnwritableSettingError } from "./settings-file.ts";

const settingName = "AGENT_BUILDER_UC_SCHEMA";

/** The schema that this installation works in; undefined if none is chosen. Throws RESOURCE_CONFLICT. */
export async function readUcSchema(file: SettingsFile): Promise<CatalogSchema | undefined> {
  const text = await file.read(settingName).catch((error: unknown) => {
    throw fileProblem(error, "The settings file cannot be read.");
  });
  if (!text) return undefined;
  try {
    return parseCatalogSchema(text);
  } catch (cause) {
    throw new OperationError(
      "RESOURCE_CONFLICT",
      `${settingName} in the settings file is not "catalog.schema". Choose a schema to replace it.`,
      { cause },
    );
  }
}

/** Throws RESOURCE_CONFLICT or INSUFFICIENT_STORAGE. */
export async function writeUcSchema(file: SettingsFile, schema: CatalogSchema | undefined): Promise<void> {
  await file.write(settingName, schema?.text).catch((error: unknown) => {
    throw fileProblem(error, "The settings file cannot be written, or only by changing other lines of it.");
  });
}

const diskFull = new Set(["ENOSPC", "EDQUOT"]);

/** A file that cannot be read or written as it is now is a conflict, not a defect of this program. */
function fileProblem(error: unknown, message: string): unknown {
  const fromSystem = error instanceof Error && "syscall" in error;
  if (!fromSystem && !(error instanceof UnwritableSettingError)) return error;
  if ("code" in error && diskFull.has(String(error.code))) {
    return new OperationError("INSUFFICIENT_STORAGE", "The disk of the settings file is full.", {
      cause: error,
    });
  }
  return new OperationError("RESOURCE_CONFLICT", message, { cause: error });
}
