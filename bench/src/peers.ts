import { fileURLToPath } from "node:url";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What `./scripts/bench.sh --install` brings, all of it inside this folder and ignored by git. */
export const peers = {
  folder: at(".peers"),
  python: at(".venv/bin/python"),
  pythonVenv: at(".venv"),
  requirements: at("requirements.txt"),
  appkitFolder: at(".peers/appkit"),
  appkit: at(".peers/appkit/node_modules/@databricks/appkit/dist/index.js"),
  nginx: at(".peers/nginx/usr/sbin/nginx"),
  nginxFolder: at(".peers/nginx"),
};

export const appkitVersion = "0.38.1";
