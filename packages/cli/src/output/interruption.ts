/** What Ctrl-C left behind, for the last line on stderr. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

export const statementIsCancelled = "The front door cancels the statement.";

/** The error to throw: if Ctrl-C ended the work, one that says what became of it. */
export function interruption(error: unknown, signal: AbortSignal, consequence: string): unknown {
  return signal.aborted ? new Interruption(`Interrupted. ${consequence}`, { cause: error }) : error;
}
