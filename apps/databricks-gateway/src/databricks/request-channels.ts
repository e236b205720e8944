import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** The part of undici's messages that is read here. */
export interface RequestMessage {
  /** The same object in all messages about one request. */
  readonly request: { readonly path: string; readonly method: string };
  /** Names and values of the headers take turns. */
  readonly response?: { readonly statusCode: number; readonly headers: readonly Buffer[] };
}

/** undici's own names: a request is about to be sent, its reply's head has come, its reply has ended, it has failed. */
type Moment = "create" | "headers" | "trailers" | "error";

/**
 * Tells the listeners of every request that undici sends, by its diagnostics channels, so that the code that sends them knows
 * nothing of it. A request can fail after its headers, and after its end. Returns what ends that.
 */
export function onRequests(
  listeners: Readonly<Partial<Record<Moment, (message: RequestMessage) => void>>>,
): () => void {
  const entries = Object.entries(listeners).map(
    // Node's type knows no message's fields.
    ([moment, listener]) => [`undici:request:${moment}`, listener as (message: unknown) => void] as const,
  );
  for (const [channel, listener] of entries) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of entries) unsubscribe(channel, listener);
  };
}
