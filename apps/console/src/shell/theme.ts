import { onKeptElsewhere } from "./kept.ts";
import { keptText } from "./kept-text.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "front-door.theme";
const stored = keptText(key);
onKeptElsewhere(key, showTheme);

/** The theme that the person has chosen in this browser. `system`: that of the device. */
export function useTheme(): Theme {
  return themeOf(stored.use());
}

export function chooseTheme(theme: Theme): void {
  stored.set(theme);
  showTheme();
}

/** Makes the page have the chosen theme. tokens.css has what that means. */
export function showTheme(): void {
  const theme = themeOf(stored.get());
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

function themeOf(text: string | undefined): Theme {
  return themes.find((theme) => theme === text) ?? "system";
}
