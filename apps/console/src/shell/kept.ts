/** What this browser keeps under a key, parsed. Undefined: nothing, or nothing that can be read. Whoever asks must check it. */
export function kept(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value in this browser. False: there is no room for it, or the person has forbidden it. */
export function keep(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Calls `changed` when another window changes what is kept under the key. */
export function onKeptElsewhere(key: string, changed: () => void): void {
  globalThis.addEventListener?.("storage", (event) => {
    // Without a key, everything was cleared.
    if (event.key === key || event.key === null) changed();
  });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
