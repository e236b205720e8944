const looksAt = 8_192;

/** The bytes as text: UTF-16 with a byte order mark, else UTF-8. Undefined for what is no text, which has a zero byte early. */
export function decodedText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.subarray(0, looksAt).includes(0)) return undefined;
  return new TextDecoder().decode(bytes);
}
