import { useEffect, useRef, useState } from "react";
import { type FileFailure, FileJobRun } from "./file-job-run.ts";
import { listFilesAgain } from "./list-files-again.ts";

/**
 * Something that happens to many files, and can be run again for those that it has not been done to. `onEnd` is called when all of
 * it worked. What was stopped or has failed is shown by whoever uses this. A component that goes away stops it.
 */
export function useFileJob(onEnd: () => void) {
  const [state, setState] = useState<"idle" | "running" | "stopped">("idle");
  const [failures, setFailures] = useState<readonly FileFailure[]>([]);
  const [doneCount, setDoneCount] = useState(0);
  const done = useRef(new Set<string>());
  const current = useRef<FileJobRun>(undefined);
  useEffect(() => () => current.current?.stop(), []);

  const start = async (job: (run: FileJobRun) => Promise<void>) => {
    const run = new FileJobRun(done.current, () => setDoneCount(done.current.size));
    current.current = run;
    setState("running");
    setFailures([]);
    await job(run);
    await listFilesAgain();
    setState(run.signal.aborted ? "stopped" : "idle");
    setFailures(run.failures);
    if (run.failures.length === 0 && !run.signal.aborted) onEnd();
  };
  return {
    state,
    failures,
    doneCount,
    start: (job: (run: FileJobRun) => Promise<void>) => void start(job),
    stop: () => current.current?.stop(),
    /** The failures. */
    forget: () => setFailures([]),
    /** What was done, so that it is done again. */
    forgetDone: () => {
      done.current.clear();
      setDoneCount(0);
    },
  };
}
