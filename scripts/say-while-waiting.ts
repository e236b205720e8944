const silenceMs = 2_000;

/** Resolves to what `work` does. Says every two seconds that it waits for it, so that no silence is longer. */
export async function sayWhileWaiting<Result>(
  say: (line: string) => void,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  const start = performance.now();
  const timer = setInterval(
    () => say(`Waiting for ${what} (${Math.round((performance.now() - start) / 1000)} s) ...`),
    silenceMs,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
