/** The lines of NDJSON, parsed: for each chunk that ends some, an array of them. A last line without its end is left out. */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown[], void, void> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  // A long line arrives in many chunks, and each is looked at once.
  let begun: string[] = [];
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n");
    if (end === -1) {
      begun.push(text);
      continue;
    }
    const lines = `${begun.join("")}${text.slice(0, end)}`.split("\n");
    begun = [text.slice(end + 1)];
    yield lines.map((line) => JSON.parse(line) as unknown);
  }
}
