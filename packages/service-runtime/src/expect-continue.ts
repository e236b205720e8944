import type { IncomingMessage, Server, ServerResponse } from "node:http";

/**
 * Serves requests with `Expect` like any other. Without it, Node sends `100 Continue` before the request is checked, and
 * refuses an expectation that it does not know, which RFC 9110 lets a server ignore. Whoever reads a body calls
 * {@link askForBody} first.
 */
export function serveExpectations(server: Server): void {
  for (const event of ["checkContinue", "checkExpectation"]) {
    server.on(event, (request: IncomingMessage, reply: ServerResponse) =>
      server.emit("request", request, reply),
    );
  }
}

/** Asks for the body of a caller that sent `Expect: 100-continue`: call it when the request is otherwise acceptable. */
export function askForBody(request: IncomingMessage, reply: ServerResponse): void {
  if (/^100-continue$/i.test(request.headers.expect ?? "")) reply.writeContinue();
}
