import { useEffect, useState } from "react";
import { useTheme } from "../shell/theme.ts";

/** The colour that a token has now, as a canvas understands it. */
export type ColourOf = (token: string) => string;

const dark = matchMedia("(prefers-color-scheme: dark)");

/** What `read` makes of the tokens of the page, anew when the theme changes. `read` must be the same function each time. */
export function useThemeColours<Colours>(read: (colourOf: ColourOf) => Colours): Colours {
  const chosen = useTheme();
  const [colours, setColours] = useState(() => read(colourOf));
  useEffect(() => {
    const renew = () => setColours(() => read(colourOf));
    renew();
    dark.addEventListener("change", renew);
    return () => dark.removeEventListener("change", renew);
  }, [chosen, read]);
  return colours;
}

/** A token is resolved only where an element uses it. */
function colourOf(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
