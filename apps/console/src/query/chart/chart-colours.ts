import type { ColourOf } from "../theme-colours.ts";

/** The tokens of the page that a chart is drawn in. */
export interface ChartColours {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly raised: string;
  readonly series: readonly string[];
  /** From the lowest to the highest value. */
  readonly heat: readonly string[];
  readonly font: string;
}

export function chartColours(colourOf: ColourOf): ChartColours {
  return {
    text: colourOf("--text"),
    muted: colourOf("--muted"),
    line: colourOf("--line"),
    surface: colourOf("--surface"),
    raised: colourOf("--raised"),
    series: Array.from({ length: 8 }, (_, index) => colourOf(`--series-${index + 1}`)),
    heat: ["--heat-low", "--heat-middle", "--heat-high"].map(colourOf),
    font: getComputedStyle(document.documentElement).getPropertyValue("--font"),
  };
}
