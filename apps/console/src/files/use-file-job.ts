import { useEffect, useRef, useState } from "react";
import { listFilesAgain } from "./list-files-again.ts";

export interface FileFailure {
  readonly path: string;
  readonly error: Error;
}

/** Returns what failed, and calls `onFile` for each file that is done. */
type FileJob = (signal: AbortSignal, onFile: () => void) => Promise<readonly FileFailure[]>;

/** Something that happens to one file after the other. `onDone` is called when all of it worked. A dialog that closes ends it. */
export function useFileJob(onDone: () => void) {
  const [isRunning, setRunning] = useState(false);
  const [failures, setFailures] = useState<readonly FileFailure[]>([]);
  const [files, setFiles] = useState(0);
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);

  const run = async (job: FileJob) => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    setRunning(true);
    setFailures([]);
    setFiles(0);
    const failed = await job(signal, () => setFiles((before) => before + 1)).catch((error: unknown) => [
      { path: "", error: error instanceof Error ? error : new Error(String(error)) },
    ]);
    await listFilesAgain();
    if (signal.aborted) return;
    setRunning(false);
    setFailures(failed);
    if (failed.length === 0) onDone();
  };
  return { isRunning, failures, files, run: (job: FileJob) => void run(job), forget: () => setFailures([]) };
}
