/** Who calls, in the audit log, where nobody has signed in: at the front door, and at the gateway itself. */
const ownNames = new Set(["anonymous", "internal"]);

/** What cannot be seen, or changes how its neighbours are shown. The plain space is no such character. */
const hidden = /[[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufffd]--[ ]]/v;

/**
 * Whether logs can show the text as a caller's name: 1 to 256 visible characters, and not the name of one of our own
 * callers. A name may look like one of these: the audit log has the kind of the caller in a field of its own.
 */
export function isCallerName(text: unknown): text is string {
  return (
    typeof text === "string" &&
    text.length <= 256 &&
    text.trim() !== "" &&
    !hidden.test(text) &&
    !ownNames.has(text.trim().toLowerCase())
  );
}
