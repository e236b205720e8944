/**
 * The chunks of a body. Whoever stops early cancels it, so the front door notices. `broken` makes the error for a body that
 * breaks off; an abort rejects with the signal's reason.
 */
export async function* readChunks(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal | undefined,
  broken: (cause: unknown) => Error,
): AsyncGenerator<Uint8Array, void, void> {
  if (body === null) return;
  const reader = body.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        ended = true;
        signal?.throwIfAborted();
        throw broken(error);
      });
      if (done) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}
