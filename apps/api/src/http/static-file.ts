import { readFile } from "node:fs/promises";
import type { Response } from "express";
import { codingFor, encode } from "./compress.ts";
import { sendText } from "./send-json.ts";

export interface StaticFile {
  readonly path: string;
  readonly type: string;
  readonly cacheControl: string;
  /** Whether it is made smaller on the way. Fonts and images already are. */
  readonly compressed: boolean;
}

/**
 * Sends a file that does not change while this process runs, in the encoding that the caller accepts. It is read and
 * compressed when somebody first asks for it. Throws what reading it throws.
 */
export function staticFile({ path, type, cacheControl, compressed }: StaticFile) {
  /** In each encoding that somebody has asked for. */
  const bodies = new Map<string | undefined, Promise<Buffer>>();
  return async (res: Response): Promise<void> => {
    const coding = compressed ? codingFor(res) : undefined;
    const body = bodies.get(coding) ?? bodyIn(path, coding);
    bodies.set(coding, body);
    const bytes = await body.catch((error: unknown) => {
      bodies.delete(coding);
      throw error;
    });
    if (compressed) res.vary("Accept-Encoding");
    if (coding !== undefined) res.setHeader("Content-Encoding", coding);
    res.setHeader("Cache-Control", cacheControl);
    sendText(res, 200, bytes, type);
  };
}

async function bodyIn(path: string, coding: string | undefined): Promise<Buffer> {
  const bytes = await readFile(path);
  return coding === undefined ? bytes : encode(bytes, coding);
}
