import { bareProxy } from "../contenders/bare-proxy.ts";
import { frontDoor } from "../contenders/front-door.ts";
import { inProcess } from "../contenders/in-process.ts";
import { nginx } from "../contenders/nginx.ts";
import { pythonSidecar } from "../contenders/python-sidecar.ts";
import { sdkDirect } from "../contenders/sdk-direct.ts";
import type { Scenario } from "../scenario.ts";

const pages = 10;

export const listing: Scenario = {
  name: "listing",
  title: "A listing of 10,000 entries",
  about:
    "All of a directory of 10,000 files: ten pages of 1,000 one after the other, or all at once where a contender gathers them (the SDKs do).",
  upstream: "fixed replies",
  unit: "entries/s",
  better: "more",
  contenders: [frontDoor, inProcess, bareProxy, nginx, pythonSidecar, sdkDirect],
  cases: ({ quick }) => [
    {
      name: "10,000 entries",
      plan: ({ routes }) => {
        if (routes.listDirectory === undefined) return undefined;
        const { listDirectory } = routes;
        const all = Array.from({ length: pages }, (_, page) => listDirectory(page));
        // A contender that gathers the pages has the same request for each of them.
        const requests = all.filter((one, at) => all.findIndex(({ path }) => path === one.path) === at);
        return { connections: 1, requests, count: requests.length * (quick ? 3 : 8) };
      },
      // The bytes say how much of the listing there was, whichever way it came.
      value: ({ bytes, seconds }) => bytes / entryBytes / seconds,
    },
  ],
  plot: "bars",
};

/** Of one entry in the upstream's JSON; the contenders' are the same to a few per cent. */
const entryBytes = 166;
