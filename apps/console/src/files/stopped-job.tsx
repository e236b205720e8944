import { counted } from "./file-facts.ts";
import type { useFileJob } from "./use-file-job.ts";

interface StoppedJobProps {
  readonly job: Pick<ReturnType<typeof useFileJob>, "state" | "doneCount">;
  /** What was done: "moved". */
  readonly done: string;
}

/** How far somebody let a job go. */
export function StoppedJob({ job: { state, doneCount }, done }: StoppedJobProps) {
  if (state !== "stopped") return undefined;
  const entries = counted(doneCount, "entry was", "entries were");
  return (
    <p role="status">
      Stopped: {entries} {done}, the rest was not.
    </p>
  );
}
