import { pino } from "pino";

type Destination = ReturnType<typeof pino.destination>;

const laterMsMax = 50;
/** What a pipe takes in one piece (PIPE_BUF): whatever else writes to it stands before or after, never in between. */
const writeBytesMax = 4096;

let output: Destination | undefined;

/**
 * Standard output for everything that this process writes there. Lines are gathered and written together, at most 50 ms
 * late, off the event loop: a system call for each line was a quarter of the CPU of a small request. What is gathered is
 * written at once with a fatal line and at the end of the process, however it ends but by SIGKILL. No line of this process
 * tears another, nor one of up to 4,096 bytes that of another process on the same pipe. When the reader is gone, lines are
 * dropped.
 */
export function logOutput(): Destination {
  output ??= openOutput();
  return output;
}

function openOutput(): Destination {
  const opened = pino.destination({
    dest: 1,
    sync: false,
    minLength: writeBytesMax - 1,
    maxWrite: writeBytesMax,
  });
  opened.on("error", () => undefined);
  setInterval(() => opened.flush(), laterMsMax).unref();
  return opened;
}
