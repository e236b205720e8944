import { FrontDoorError } from "@front-door/api-client";
import { isSignInRefused } from "./is-sign-in-refused.ts";

export interface ErrorAdvice {
  readonly title: string;
  /** What the person can do. */
  readonly advice: string;
}

/**
 * A title for each kind of failure, and what to do about it. The error's own message says what was wrong. `asksAgain`: whether
 * the page sends it again by itself where it may succeed later.
 */
export function errorAdvice(error: Error, asksAgain: boolean): ErrorAdvice {
  if (!(error instanceof FrontDoorError)) {
    return {
      title: "Something went wrong in the console",
      advice: "Reload the page. If it happens again, report it.",
    };
  }
  if (isSignInRefused(error)) return notSignedIn;
  if (error.outcome === "unknown") return outcomeUnknown;
  const known = adviceByCode[error.code] ?? adviceByStatus[error.status];
  if (!error.retryable) {
    return known ?? { title: "This did not work", advice: "The request id leads to the cause in the logs." };
  }
  const { title, advice = "" } = known ?? { title: "This did not work just now" };
  const then = asksAgain ? "This page asks again every three seconds." : "Try again in a moment.";
  return { title, advice: advice.includes("Try again") ? advice : `${advice} ${then}`.trim() };
}

const notSignedIn = { title: "You are not signed in", advice: "Sign in, and this page opens again." };

const outcomeUnknown = {
  title: "The connection broke before the outcome was known",
  advice: "Check whether it took effect, then run it again.",
};

const adviceByCode: Readonly<Record<string, ErrorAdvice>> = {
  CONNECTION_FAILED: {
    title: "The front door does not answer",
    advice: "Check that it runs.",
  },
  GATEWAY_UNAVAILABLE: {
    title: "The gateway is away",
    advice: "The front door answers, but the process with the credentials does not. It restarts by itself.",
  },
  UPSTREAM_UNREACHABLE: {
    title: "Databricks cannot be reached",
    advice: "Check the workspace's address and the network.",
  },
  OPERATION_NOT_ALLOWED: {
    title: "This is not allowed here",
    advice: "Ask whoever runs this front door to allow the operation.",
  },
  REPLY_CUT: { title: "The reply broke off", advice: "Nothing of it is shown. Try again." },
};

const adviceByStatus: Readonly<Record<number, ErrorAdvice>> = {
  400: { title: "The request cannot be answered", advice: "Change what the message names, and try again." },
  403: {
    title: "You have no permission",
    advice: "Ask the owner for the permission that the message names.",
  },
  404: { title: "Not found", advice: "It may have been renamed or deleted. Check the name." },
  429: { title: "Too many requests", advice: "Wait a moment." },
  503: { title: "The service is busy", advice: "Wait a moment." },
  504: {
    title: "Databricks took too long",
    advice: "Try again. A warehouse that starts takes some minutes.",
  },
};
