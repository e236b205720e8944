import { OperationError } from "@front-door/operations";

/** How long somebody waits before a request is sent. */
export interface Patience {
  /** Aborted when the caller hangs up. */
  readonly signal?: AbortSignal | undefined;
  /** When the time is over that the caller gives the request, of `performance.now()`. Default: never. */
  readonly endsAt?: number | undefined;
}

/**
 * The outcome of `wait`, which must heed its signal: that is aborted when the caller hangs up, with the caller's reason, and with
 * DEADLINE_EXCEEDED when its time is over. Nothing has been sent yet.
 */
export async function inTime<T>(
  { signal, endsAt }: Patience,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const ending = new AbortController();
  const onHangUp = () => ending.abort(signal?.reason);
  const onLate = () => ending.abort(late());
  signal?.addEventListener("abort", onHangUp, { once: true });
  const timer = endsAt === undefined ? undefined : setTimeout(onLate, endsAt - performance.now());
  try {
    return await wait(ending.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onHangUp);
  }
}

function late(): OperationError {
  return new OperationError(
    "DEADLINE_EXCEEDED",
    "The deadline passed before the request was sent to the gateway.",
  );
}
