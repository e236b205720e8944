/**
 * A name of Unity Catalog in lower case, to compare two spellings of it. A letter outside ASCII never becomes an ASCII
 * letter (the lower case of `K`, the Kelvin sign, is `k`): a service that lower-cases differently would take it for
 * another name.
 */
export function foldName(name: string): string {
  return Array.from(name, foldCharacter).join("");
}

function foldCharacter(character: string): string {
  const lower = character.toLowerCase();
  return character > "\x7f" && /[\0-\x7f]/.test(lower) ? character : lower;
}
