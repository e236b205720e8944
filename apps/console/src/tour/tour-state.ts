import { useSyncExternalStore } from "react";

const key = "front-door.tour";
const closed = "closed";
const listeners = new Set<() => void>();

/** Whether the tour is shown: at the first visit of this browser, until it is closed, and when it is opened again. */
export function useIsTourOpen(): boolean {
  return useSyncExternalStore(subscribe, () => localStorage.getItem(key) !== closed);
}

export function openTour(): void {
  localStorage.removeItem(key);
  for (const changed of listeners) changed();
}

export function closeTour(): void {
  localStorage.setItem(key, closed);
  for (const changed of listeners) changed();
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
