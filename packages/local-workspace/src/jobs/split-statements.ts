// A text that begins like a string always matches as one, up to the end of the file if it has to: nothing is read twice.
const PIECE =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|\\(?:[\s\S]|$))*(?:'|$)|"(?:[^"\\]|\\(?:[\s\S]|$))*(?:"|$)|`[^`]*(?:`|$)|;|[^;'"`/-]+|[\s\S]/g;

/** The statements of a SQL file, without empty ones. A `;` in a string, a quoted name or a comment separates nothing. */
export function splitStatements(text: string): string[] {
  const statements = [{ text: "", hasWords: false }];
  for (const [piece] of text.matchAll(PIECE)) {
    const last = statements.at(-1);
    if (piece === ";") statements.push({ text: "", hasWords: false });
    else if (last !== undefined) {
      last.text += piece;
      last.hasWords ||= !/^(--|\/\*|\s*$)/.test(piece);
    }
  }
  return statements.filter(({ hasWords }) => hasWords).map((one) => one.text.trim());
}
