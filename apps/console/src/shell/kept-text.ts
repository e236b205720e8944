import { useSyncExternalStore } from "react";
import { onKeptElsewhere } from "./kept.ts";

export interface KeptText {
  /** Undefined: nothing is kept. */
  readonly get: () => string | undefined;
  /** Undefined forgets it. */
  readonly set: (text: string | undefined) => void;
  readonly use: () => string | undefined;
}

/**
 * A text that the browser keeps under a key. Where it refuses to (it blocks what sites store, or has no room), the page keeps
 * the text as long as it is open. Never throws.
 */
export function keptText(key: string, storage: () => Storage = () => localStorage): KeptText {
  /** What the browser has refused to keep. */
  let refused: { readonly text: string | undefined } | undefined;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const changed of listeners) changed();
  };
  const subscribe = (changed: () => void) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  };
  const get = () => {
    if (refused !== undefined) return refused.text;
    try {
      return storage().getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  };
  const set = (text: string | undefined) => {
    refused = undefined;
    try {
      if (text === undefined) storage().removeItem(key);
      else storage().setItem(key, text);
    } catch {
      refused = { text };
    }
    tell();
  };
  onKeptElsewhere(key, tell);
  return { get, set, use: () => useSyncExternalStore(subscribe, get) };
}
