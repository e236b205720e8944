import { appkit } from "../contenders/appkit.ts";
import { bareProxy } from "../contenders/bare-proxy.ts";
import { frontDoor } from "../contenders/front-door.ts";
import { inProcess } from "../contenders/in-process.ts";
import { nginx } from "../contenders/nginx.ts";
import { pythonSidecar } from "../contenders/python-sidecar.ts";
import { sdkDirect } from "../contenders/sdk-direct.ts";
import { upstreamItself } from "../contenders/upstream-itself.ts";
import type { Mode, Scenario } from "../scenario.ts";

const mebibyte = 1024 * 1024;
const fileBytes = ({ quick }: Mode) => (quick ? 96 : 1024) * mebibyte;
const nameOf = (mode: Mode) => (mode.quick ? "96 MiB" : "1 GiB");
const perSecond = ({ bytes, seconds }: { bytes: number; seconds: number }) => bytes / seconds / 1e6;

const common = {
  upstream: "fixed replies",
  unit: "MB/s",
  better: "more",
  contenders: [frontDoor, inProcess, bareProxy, nginx, pythonSidecar, sdkDirect, appkit, upstreamItself],
  plot: "bars",
} as const;

export const download: Scenario = {
  ...common,
  name: "download",
  title: "A large file down",
  about: "One file (1 GiB; 96 MiB in a quick run) by one caller who reads as fast as it comes.",
  cases: (mode) => [
    {
      name: nameOf(mode),
      plan: ({ routes }) => {
        const request = routes.readFile?.(`${fileBytes(mode)}-large.bin`);
        return request && { connections: 1, requests: [request], count: 1, replyBytesMin: fileBytes(mode) };
      },
      value: perSecond,
    },
  ],
};

export const upload: Scenario = {
  ...common,
  name: "upload",
  title: "A large file up",
  about: "The same file, uploaded.",
  cases: (mode) => [
    {
      name: nameOf(mode),
      plan: ({ routes }) => {
        const request = routes.writeFile?.("large.bin", fileBytes(mode));
        return request && { connections: 1, requests: [request], count: 1 };
      },
      value: perSecond,
    },
  ],
};

export const smallFiles: Scenario = {
  ...common,
  name: "small-files",
  title: "1,000 files of 100 KB",
  about: "Downloads of 1,000 files, eight at a time.",
  unit: "files/s",
  cases: ({ quick }) => [
    {
      name: quick ? "200 files" : "1,000 files",
      plan: ({ routes }) => {
        if (routes.readFile === undefined) return undefined;
        const { readFile } = routes;
        const count = quick ? 200 : 1_000;
        const requests = Array.from({ length: 1_000 }, (_, index) => readFile(`100000-file-${index}.bin`));
        return { connections: 8, requests, count, replyBytesMin: 100_000 };
      },
      value: ({ succeeded, seconds }) => succeeded / seconds,
    },
  ],
};
