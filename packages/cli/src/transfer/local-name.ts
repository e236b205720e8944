import { isPartName } from "./part-name.ts";

const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
// Control characters are among them, and the short names that Windows gives to parts of downloads, such as `FRONT-~1.PAR`.
// oxlint-disable-next-line no-control-regex
const refusedByWindows = /[\\<>:"|?*\u0000-\u001f]|[. ]$|~\d+\.par$/i;

/**
 * A name from the server, once it is sure that it names an entry of its own folder and nothing else on this platform. Throws
 * otherwise: a name must not lead out of the target, nor to the part of a download.
 */
export function localName(name: string, platform: NodeJS.Platform = process.platform): string {
  const isOdd = platform === "win32" && (refusedByWindows.test(name) || reserved.test(name));
  if (leadsElsewhere(name) || isOdd)
    throw new Error(`The name ${JSON.stringify(name)} cannot be a file name on this machine.`);
  if (isPartName(name))
    throw new Error(`The name ${JSON.stringify(name)} is reserved for parts of unfinished downloads.`);
  return name;
}

/** Whether a name is a path to somewhere else than an entry of its own folder. */
export function leadsElsewhere(name: string): boolean {
  return name === "" || name === "." || name === ".." || /[/\0]/.test(name);
}
