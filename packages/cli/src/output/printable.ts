// Control characters, and those that change the direction in which text is shown: a name or a cell can hold any of them, and a
// terminal would act on them.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
// Tabs and line feeds may stay.
// oxlint-disable-next-line no-control-regex
const unsafeInText = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** One line that no terminal acts on: `\n`, `\u001b`. */
export function printable(text: string): string {
  return text.replace(unsafe, escape);
}

/** The same for text of many lines, which keeps its lines and tabs. JSON stays the same JSON. */
export function printableText(text: string): string {
  return text.replace(unsafeInText, escape);
}

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escape(character: string): string {
  return short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
