import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const program = (file: string) => `
  import { appendFileSync } from "node:fs";
  import { registerHooks } from "node:module";
  registerHooks({
    load(url, context, next) {
      if (url.includes("/@opentelemetry/")) appendFileSync(${JSON.stringify(file)}, process.argv[1] + " " + url + "\\n");
      return next(url, context);
    },
  });
`;

/** Makes processes that run with these NODE_OPTIONS note each module of OpenTelemetry that they load, one a line. */
export function watchTelemetry(folder: string): { readonly nodeOptions: string; loaded(this: void): string } {
  const [loaded, hooks] = [join(folder, "loaded.txt"), join(folder, "hooks.mjs")];
  writeFileSync(loaded, "");
  writeFileSync(hooks, program(loaded));
  return {
    nodeOptions: `--import=${pathToFileURL(hooks).href}`,
    loaded: () => readFileSync(loaded, "utf8"),
  };
}
