import { invalidParameter } from "../http/api-error.ts";

const NAME_CHARACTERS_MAX = 255;

/** A name for a new or renamed securable, lower-cased as Unity Catalog keeps all of them; 400 for a bad one. */
export function validName(rpc: string, field: string, name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (name === "" || /[\s./\u0000-\u001f\u007f]/.test(name)) {
    throw invalidParameter(
      `Invalid input: RPC ${rpc} Field ${field}: name "${name}" is not a valid name. ` +
        "Valid names cannot contain spaces, periods, forward slashes, or control characters.",
    );
  }
  if (name.length > NAME_CHARACTERS_MAX) {
    throw invalidParameter(
      `Invalid input: RPC ${rpc} Field ${field}: name is longer than ${NAME_CHARACTERS_MAX} characters.`,
    );
  }
  return name.toLowerCase();
}

/** The parts of `catalog.schema[.name]`, lower-cased; 400 when there are not as many as the kind has. */
export function nameParts(kind: string, fullName: string, count: number): string[] {
  const parts = fullName.toLowerCase().split(".");
  if (parts.length !== count || parts.includes("")) {
    throw invalidParameter(`The ${kind} name "${fullName}" is not a name of ${count} parts.`);
  }
  return parts;
}
