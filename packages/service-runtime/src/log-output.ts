import { type DestinationStream, pino } from "pino";

const laterMsMax = 50;
const gatheredBytes = 8 * 1024;

/**
 * Standard output for the log: lines are gathered and written together, at most 50 ms late, off the event loop. A system
 * call for each line was a quarter of the CPU of a small request. What is gathered is written at once with a fatal line
 * and at the end of the process, however it ends but by SIGKILL.
 */
export function logOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: false, minLength: gatheredBytes });
  setInterval(() => output.flush(), laterMsMax).unref();
  return output;
}
