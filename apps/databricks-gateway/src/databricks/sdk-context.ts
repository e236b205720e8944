import { Context } from "@databricks/sdk-experimental/dist/context/index.js";

// Limits a call outside an operation; the SDK has no limit (docs/sdk-transport.md, SDK 8).
const unattendedCallMs = 30_000;

/** An AbortSignal in the form that the SDK's services pass to the client. */
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

/** The last argument of a method of the SDK's services. The call ends when `signal` is aborted. */
export function sdkContext(signal: AbortSignal): Context {
  return new Context({ cancellationToken: new SignalToken(signal) });
}

/** The signal given to {@link sdkContext}. */
export function signalOf(context: Context | undefined): AbortSignal {
  const token = context?.cancellationToken;
  return token instanceof SignalToken ? token.signal : AbortSignal.timeout(unattendedCallMs);
}
