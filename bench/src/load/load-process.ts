import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { LoadPlan, LoadResult } from "./plan.ts";

/** The load generator, in a process of its own so that it takes no turn of anybody's event loop. */
export class LoadProcess {
  readonly #child: ChildProcess = fork(new URL("./generator.ts", import.meta.url), { stdio: "inherit" });

  async run(plan: LoadPlan): Promise<LoadResult> {
    const answered = once(this.#child, "message");
    this.#child.send(plan);
    const [result] = (await answered) as [LoadResult];
    return result;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
