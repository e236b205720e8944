import type { Theme } from "@glideapps/glide-data-grid";
import type { ColourOf } from "./theme-colours.ts";

/** The colours and fonts of the grid. */
export function gridTheme(colourOf: ColourOf): Partial<Theme> {
  const text = colourOf("--text");
  const muted = colourOf("--muted");
  const surface = colourOf("--surface");
  const line = colourOf("--line");
  return {
    accentColor: colourOf("--accent"),
    accentFg: colourOf("--on-accent"),
    accentLight: colourOf("--accent-soft"),
    textDark: text,
    textMedium: muted,
    textLight: muted,
    textHeader: text,
    textHeaderSelected: colourOf("--on-accent"),
    bgCell: surface,
    bgCellMedium: surface,
    bgHeader: colourOf("--sunken"),
    bgHeaderHasFocus: colourOf("--hover"),
    bgHeaderHovered: colourOf("--hover"),
    borderColor: line,
    horizontalBorderColor: line,
    drilldownBorder: line,
    linkColor: colourOf("--accent"),
    cellHorizontalPadding: 12,
    headerFontStyle: "500 13px",
    baseFontStyle: "13px",
    markerFontStyle: "11px",
    editorFontSize: "13px",
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
  };
}
