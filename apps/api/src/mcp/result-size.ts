import { OperationError } from "@front-door/operations";

/**
 * The most bytes of JSON in a tool's result. Some agents refuse more than 25,000 tokens, and a token is at least one byte, so this
 * holds for every tokenizer and every text.
 */
export const resultBytesMax = 24_000;

/** Throws a PAYLOAD_TOO_LARGE that tells an agent to ask for less, if the JSON is too large for it. */
export function checkResultSize(bytes: number, parameters: readonly string[]): void {
  if (bytes <= resultBytesMax) return;
  const narrower = ["omit_columns", "max_results"].filter((name) => parameters.includes(name));
  const advice = narrower.length === 0 ? "a narrower question" : `less, by ${narrower.join(" or ")}`;
  throw new OperationError(
    "PAYLOAD_TOO_LARGE",
    `The result has ${bytes} bytes, and a tool's result may have ${resultBytesMax}. Ask for ${advice}.`,
  );
}
