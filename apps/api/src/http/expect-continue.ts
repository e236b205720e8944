import type { IncomingMessage, ServerResponse } from "node:http";

/** Asks for the body of a caller that sent `Expect: 100-continue`: call it when the request is otherwise acceptable. */
export function askForBody(req: IncomingMessage, res: ServerResponse): void {
  if (/^100-continue$/i.test(req.headers.expect ?? "")) res.writeContinue();
}
