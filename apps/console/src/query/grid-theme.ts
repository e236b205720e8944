import type { Theme } from "@glideapps/glide-data-grid";
import { useEffect, useState } from "react";
import { useTheme } from "../shell/theme.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The tokens of the page as the colours that a canvas understands, light or dark. */
export function useGridTheme(): Partial<Theme> {
  const chosen = useTheme();
  const [theme, setTheme] = useState(gridTheme);
  useEffect(() => {
    const renew = () => setTheme(gridTheme());
    renew();
    dark.addEventListener("change", renew);
    return () => dark.removeEventListener("change", renew);
  }, [chosen]);
  return theme;
}

function gridTheme(): Partial<Theme> {
  const colour = colourReader();
  const text = colour("--text");
  const muted = colour("--muted");
  const surface = colour("--surface");
  const line = colour("--line");
  return {
    accentColor: colour("--accent"),
    accentFg: colour("--on-accent"),
    accentLight: colour("--accent-soft"),
    textDark: text,
    textMedium: muted,
    textLight: muted,
    textHeader: text,
    textHeaderSelected: colour("--on-accent"),
    bgCell: surface,
    bgCellMedium: surface,
    bgHeader: colour("--sunken"),
    bgHeaderHasFocus: colour("--hover"),
    bgHeaderHovered: colour("--hover"),
    borderColor: line,
    horizontalBorderColor: line,
    drilldownBorder: line,
    linkColor: colour("--accent"),
    cellHorizontalPadding: 12,
    headerFontStyle: "500 13px",
    baseFontStyle: "13px",
    markerFontStyle: "11px",
    editorFontSize: "13px",
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
  };
}

/** A token is resolved only where an element uses it. */
function colourReader(): (token: string) => string {
  return (token) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${token})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}
