import { useSyncExternalStore } from "react";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "front-door.theme";
const listeners = new Set<() => void>();

/** The theme that the person has chosen in this browser. `system`: that of the device. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, storedTheme);
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  showTheme();
  for (const changed of listeners) changed();
}

/** Makes the page have the chosen theme. tokens.css has what that means. */
export function showTheme(): void {
  const theme = storedTheme();
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(key);
  return themes.find((theme) => theme === stored) ?? "system";
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
