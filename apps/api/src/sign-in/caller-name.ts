/** Who calls, in the audit log, where nobody has signed in: at the front door, and at the gateway itself. */
const ownNames = ["anonymous", "internal"];

/** What cannot be seen, or changes how its neighbours are shown. The plain space is no such character. */
const hidden = /[[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufffd]--[ ]]/v;

/**
 * Whether logs can show the text as a caller's name: 1 to 256 visible characters that do not look like `anonymous` or
 * `internal`.
 */
export function isCallerName(text: unknown): text is string {
  return (
    typeof text === "string" &&
    text.length <= 256 &&
    text.trim() !== "" &&
    !hidden.test(text) &&
    !ownNames.some((own) => looksLike(text, own))
  );
}

/** Compares letters only, without case, accents and styles. A letter of another script may look like any letter. */
function looksLike(text: string, own: string): boolean {
  const letters =
    text
      .normalize("NFKD")
      .toLowerCase()
      .match(/[\p{L}\p{N}]/gu) ?? [];
  if (letters.length !== own.length) return false;
  const same = letters.filter((letter, index) => letter === own[index]).length;
  const foreign = letters.filter((letter) => letter > "\u007f").length;
  return same + foreign === own.length && same >= foreign;
}
