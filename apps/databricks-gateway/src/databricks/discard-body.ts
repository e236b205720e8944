import type { Readable } from "node:stream";

/** Reads a body that nobody needs to its end, so that its connection can serve again; what breaks there is no matter. */
export function discardBody(body: Readable): void {
  body.on("error", () => {}).resume();
}

/** Gives up a body whose rest nobody needs, and its connection with it. */
export function abandonBody(body: Readable): void {
  body.on("error", () => {}).destroy();
}
