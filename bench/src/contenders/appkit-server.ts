// AppKit's own server with its analytics and files plugins, as its documentation has it. Its cache is off: with it every
// request after the first would measure a Map.
import { pathToFileURL } from "node:url";

interface Plugins {
  readonly createApp: (config: { plugins: unknown[]; cache?: object }) => Promise<unknown>;
  readonly server: (config: object) => unknown;
  readonly analytics: (config: object) => unknown;
  readonly files: ((config: object) => unknown) & { policy: { allowAll(): unknown } };
}

const { PORT, APPKIT = "" } = process.env;
const { createApp, server, analytics, files } = (await import(pathToFileURL(APPKIT).href)) as Plugins;
await createApp({
  cache: { enabled: false },
  plugins: [
    server({ host: "127.0.0.1", port: Number(PORT) }),
    analytics({}),
    files({ volumes: { files: { policy: files.policy.allowAll() } } }),
  ],
});
