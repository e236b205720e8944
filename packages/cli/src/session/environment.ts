/** The only place that reads it. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;

/** Whether a browser could show a page. */
export function hasDisplay(): boolean {
  return Boolean(environment["DISPLAY"] ?? environment["WAYLAND_DISPLAY"]);
}
