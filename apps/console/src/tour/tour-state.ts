import { keptText } from "../shell/kept-text.ts";

const state = keptText("front-door.tour");
const closed = "closed";

/** Whether the tour is shown: at the first visit of this browser, until it is closed, and when it is opened again. */
export function useIsTourOpen(): boolean {
  return state.use() !== closed;
}

export function openTour(): void {
  state.set(undefined);
}

export function closeTour(): void {
  state.set(closed);
}
