/** The first line of a text, or as much of it as is at most `width` wide, with an ellipsis where it is cut. */
export function fittingText(text: string, width: number, widthOf: (text: string) => number): string {
  const line = text.split("\n", 1)[0] ?? "";
  if (line === text && widthOf(text) <= width) return text;
  let [fits, tooLong] = [0, line.length + 1];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (widthOf(`${line.slice(0, middle)}…`) <= width) fits = middle;
    else tooLong = middle;
  }
  return `${line.slice(0, fits)}…`;
}
