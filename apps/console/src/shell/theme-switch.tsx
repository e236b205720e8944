import { Monitor, Moon, Sun } from "lucide-react";
import { chooseTheme, themes, useTheme } from "./theme.ts";

const icons = { system: Monitor, light: Sun, dark: Moon };
const labels = { system: "as the device", light: "light", dark: "dark" };

/** Shows the theme, and changes to the next: as the device, light, dark. */
export function ThemeSwitch() {
  const theme = useTheme();
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  const Icon = icons[theme];
  const label = `Theme: ${labels[theme]}. Change to ${labels[next]}`;
  return (
    <button
      type="button"
      className="button quiet icon"
      onClick={() => chooseTheme(next)}
      aria-label={label}
      title={label}
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}
