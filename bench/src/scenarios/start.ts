import { appkit } from "../contenders/appkit.ts";
import { frontDoor } from "../contenders/front-door.ts";
import { inProcess } from "../contenders/in-process.ts";
import { pythonSidecar } from "../contenders/python-sidecar.ts";
import type { Scenario } from "../scenario.ts";

export const start: Scenario = {
  name: "start",
  title: "Cold start and memory at rest",
  about:
    "From nothing to the first successful answer of `/ready`, all processes of the contender together; then their memory at rest. A contender's very first start, which fills its caches of code, is not counted.",
  upstream: "local workspace",
  unit: "ms",
  better: "less",
  contenders: [frontDoor, inProcess, pythonSidecar, appkit],
  rounds: ({ quick }) => (quick ? 2 : 5),
  cases: () => [],
  plot: "bars",
  measuresStart: true,
};
