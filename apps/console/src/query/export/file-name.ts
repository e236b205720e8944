/** A name that every file system takes: letters and digits, with hyphens between them. `result` where there are none. */
export function fileName(title: string): string {
  return title.match(/[\p{L}\p{M}\p{N}_]+/gu)?.join("-") ?? "result";
}
