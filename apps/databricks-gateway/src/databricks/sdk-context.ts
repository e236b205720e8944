import { Context } from "@databricks/sdk-experimental/dist/context/index.js";

// A call outside an operation (a test, a mistake) is bounded too: the SDK's own client would wait for ever (docs/sdk-transport.md, SDK 8).
const unattendedCallMs = 30_000;

/** The AbortSignal of an operation in the form in which the SDK's services hand it through to the client. */
class SignalToken {
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  get isCancellationRequested(): boolean {
    return this.signal.aborted;
  }

  onCancellationRequested(listener: () => void): void {
    this.signal.addEventListener("abort", () => listener(), { once: true });
  }
}

/** The last argument of every method of the SDK's services: with it the call ends when `signal` is aborted. */
export function sdkContext(signal: AbortSignal): Context {
  return new Context({ cancellationToken: new SignalToken(signal) });
}

/** The signal given to {@link sdkContext}. */
export function signalOf(context: Context | undefined): AbortSignal {
  const token = context?.cancellationToken;
  return token instanceof SignalToken ? token.signal : AbortSignal.timeout(unattendedCallMs);
}
