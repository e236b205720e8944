/** A name as SQL writes it, whatever is in it. */
export function inBackticks(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
