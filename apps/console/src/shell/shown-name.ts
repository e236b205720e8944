/** Formatting characters, and letters without a shape: they are not seen, and can turn around the order of those that are. */
export const unseen = /[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu;
const control = /\p{Cc}/gu;

/** A name with an escape for each character that is not seen: `a\u{202e}fdp.exe`. */
export function shownName(name: string): string {
  return name.replace(unseen, escaped).replace(control, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
