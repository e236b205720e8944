import { printableText } from "./printable.ts";
import { type Sink, stdout } from "./terminal.ts";

/** Prints a file byte for byte. A terminal gets it as text, without what the terminal would act on. */
export async function printBytes(chunks: AsyncIterable<Uint8Array>, sink: Sink = stdout): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    await sink.write(sink.isTerminal ? printableText(decoder.decode(chunk, { stream: true })) : chunk);
  }
  // A character that is not whole at the end of the file.
  if (sink.isTerminal) await sink.write(decoder.decode());
}
