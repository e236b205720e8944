/** Copies a text. False: the browser does not let the page do it. */
export async function copyText(text: string): Promise<boolean> {
  // A browser has no clipboard for a page that came by plain http.
  // oxlint-disable-next-line typescript/no-unnecessary-condition
  if (navigator.clipboard === undefined) return copySelection(text);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

/** The way of before there was a clipboard: selects the text, and copies what is selected. */
function copySelection(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "visually-hidden";
  field.value = text;
  document.body.append(field);
  field.select();
  // Deprecated, and the only way there is over plain http.
  // oxlint-disable-next-line typescript/no-deprecated
  const copied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
