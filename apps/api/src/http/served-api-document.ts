import type { Response } from "express";
import { keptDocument } from "./kept-document.ts";

type Send = (res: Response) => Promise<void>;

/** Sends the API document, which is made on the first request: many processes never serve it. */
export interface ServedApiDocument {
  readonly sendJson: Send;
  readonly sendYaml: Send;
}

const common = { cacheControl: "private, no-cache", compressed: true } as const;

export function servedApiDocument(create: () => object): ServedApiDocument {
  return {
    sendJson: keptDocument({
      ...common,
      type: "application/json; charset=utf-8",
      read: async () => Buffer.from(JSON.stringify(create())),
    }),
    sendYaml: keptDocument({
      ...common,
      type: "application/yaml; charset=utf-8",
      async read() {
        // Few ask for it, and the library takes memory.
        const { asYaml } = await import("./as-yaml.ts");
        return Buffer.from(asYaml(create()));
      },
    }),
  };
}
