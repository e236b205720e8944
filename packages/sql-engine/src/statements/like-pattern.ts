/**
 * Matches the pattern of SHOW … LIKE: `*` stands for any characters, `.` for one, and `|` separates alternatives. Ignores case.
 * Without a pattern everything matches.
 */
export function likePattern(like: string | undefined): (name: string) => boolean {
  if (like === undefined) return () => true;
  const alternatives = like
    .trim()
    .toLowerCase()
    .split("|")
    .map((alternative) => alternative.split(/[*%]/));
  return (name) => alternatives.some((parts) => consistsOf(name.toLowerCase(), parts));
}

/** Whether the name has the parts in their order, the first at its start and the last at its end. */
function consistsOf(name: string, [first = "", ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return name.length === first.length && isAt(0, first, name);
  if (!isAt(0, first, name)) return false;
  let at = first.length;
  for (const part of others) {
    while (!isAt(at, part, name)) if (++at > name.length) return false;
    at += part.length;
  }
  return name.length - last.length >= at && isAt(name.length - last.length, last, name);
}

function isAt(at: number, part: string, name: string): boolean {
  if (at + part.length > name.length) return false;
  for (let i = 0; i < part.length; i++) if (part[i] !== "." && part[i] !== name[at + i]) return false;
  return true;
}
