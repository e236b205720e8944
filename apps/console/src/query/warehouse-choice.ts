import { useSyncExternalStore } from "react";

const key = "front-door.warehouse";
const listeners = new Set<() => void>();

/** The id of the warehouse that this browser's queries run on. Undefined: the gateway's own choice. */
export function chosenWarehouse(): string | undefined {
  return localStorage.getItem(key) ?? undefined;
}

export function chooseWarehouse(id: string | undefined): void {
  if (id === undefined) localStorage.removeItem(key);
  else localStorage.setItem(key, id);
  for (const changed of listeners) changed();
}

export function useChosenWarehouse(): string | undefined {
  return useSyncExternalStore(subscribe, chosenWarehouse);
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
