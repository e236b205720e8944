/**
 * A name of Unity Catalog in the one form by which two spellings of it are compared: lower case. A letter outside ASCII
 * never becomes one inside it (`K`, the Kelvin sign, has `k` as its lower case), so that no name passes for one that
 * another service, which lower-cases otherwise, takes for something else.
 */
export function foldName(name: string): string {
  return Array.from(name, foldCharacter).join("");
}

function foldCharacter(character: string): string {
  const lower = character.toLowerCase();
  return character > "\x7f" && /[\0-\x7f]/.test(lower) ? character : lower;
}
