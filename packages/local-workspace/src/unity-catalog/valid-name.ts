import { invalidParameter } from "../http/api-error.ts";

const NAME_CHARACTERS_MAX = 255;

/** A name for a securable, in lower case as Unity Catalog keeps them. Throws 400 if the name is not valid. */
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
