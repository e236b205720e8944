import { useSyncExternalStore } from "react";

export interface Store<Value> {
  readonly get: () => Value;
  readonly set: (next: Value) => void;
}

/** A value that lives as long as the page. */
export function createStore<Value>(initial: Value): Store<Value> & { readonly use: () => Value } {
  let value = initial;
  const listeners = new Set<() => void>();
  const subscribe = (changed: () => void) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  };
  const get = () => value;
  return {
    get,
    set: (next) => {
      value = next;
      for (const changed of listeners) changed();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
