import { errorOfReply, FrontDoorError } from "./front-door-error.ts";
import type { StoredFile } from "./generated/types.gen.ts";
import { connectionFailed } from "./http.ts";
import type { Pause } from "./pause.ts";
import type { UploadAttempt } from "./upload.ts";

/** The part of XMLHttpRequest that is used here, so that the client compiles without the DOM's types. */
interface BrowserRequest {
  readonly upload: {
    addEventListener(type: "progress", listener: (event: { readonly loaded: number }) => void): void;
  };
  readonly status: number;
  readonly responseText: string;
  withCredentials: boolean;
  addEventListener(type: "load" | "error" | "abort", listener: () => void): void;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: Blob): void;
  abort(): void;
}

/** XMLHttpRequest, where there is one. A browser's `fetch` says nothing about how much of a body it has sent. */
export function browserRequests(): (new () => BrowserRequest) | undefined {
  return (globalThis as { XMLHttpRequest?: new () => BrowserRequest }).XMLHttpRequest;
}

/** Sends the body once. A pause ends the request with a FrontDoorError `PAUSED`. */
export async function sendInBrowser(
  request: BrowserRequest,
  body: Blob,
  { url, headers, signal, onProgress, repeatable }: UploadAttempt,
  { withCredentials, pause }: { readonly withCredentials: boolean; readonly pause: Pause },
): Promise<StoredFile> {
  const abort = () => request.abort();
  let sent = 0;
  signal.throwIfAborted();
  if (pause.isPaused) throw paused();
  signal.addEventListener("abort", abort, { once: true });
  pause.onBegin = () => {
    // All of it may be stored by now, so there is nothing left to hold back.
    if (sent < body.size) abort();
  };
  try {
    return await new Promise<StoredFile>((resolve, reject) => {
      request.open("PUT", url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.withCredentials = withCredentials;
      request.upload.addEventListener("progress", ({ loaded }) => {
        sent = loaded;
        onProgress(loaded);
      });
      request.addEventListener("error", () => reject(connectionFailed(undefined, repeatable)));
      request.addEventListener("abort", () => reject(signal.aborted ? (signal.reason as Error) : paused()));
      request.addEventListener("load", () => {
        const { status, responseText: text } = request;
        const header = (name: string) => request.getResponseHeader(name);
        const stored = status < 300 ? storedFile(text) : undefined;
        if (stored === undefined) reject(errorOfReply({ status, text, header, repeatable }));
        else resolve(stored);
      });
      request.send(body);
    });
  } finally {
    signal.removeEventListener("abort", abort);
    pause.onBegin = undefined;
  }
}

function storedFile(text: string): StoredFile | undefined {
  try {
    return JSON.parse(text) as StoredFile;
  } catch {
    return undefined;
  }
}

function paused(): FrontDoorError {
  return new FrontDoorError("The upload is paused.", { code: "PAUSED", status: 0, retryable: false });
}
