import { FrontDoorError } from "@front-door/api-client";
import { CircleAlert } from "lucide-react";
import { CopyButton } from "./copy-button.tsx";
import { errorAdvice } from "./error-advice.ts";
import styles from "./error-view.module.css";
import { SignInLink } from "./sign-in-link.tsx";

interface ErrorViewProps {
  readonly error: Error;
  /** Asks again. Without it there is no button. */
  readonly retry?: (() => unknown) | undefined;
  /** Whether what failed is asked again by itself if it may succeed later. Default: where there is a button. */
  readonly asksAgain?: boolean;
}

/** A failure in words: what was wrong, what to do, and the request id for the logs. */
export function ErrorView({ error, retry, asksAgain = retry !== undefined }: ErrorViewProps) {
  const { title, advice } = errorAdvice(error, asksAgain);
  const requestId = error instanceof FrontDoorError ? error.requestId : undefined;
  return (
    <section className={styles["view"]} role="alert">
      <CircleAlert className={styles["mark"]} size={20} aria-hidden />
      <div className={styles["words"]}>
        <h2>{title}</h2>
        <p>{error.message}</p>
        <p className="muted">{advice}</p>
        {requestId !== undefined && (
          <p className={styles["id"]}>
            <span className="muted">Request</span> <code>{requestId}</code>
            <CopyButton text={requestId} what="the request id" />
          </p>
        )}
        <SignInLink error={error} />
        {retry !== undefined && (
          <button type="button" className="button" onClick={() => void retry()}>
            Try again
          </button>
        )}
      </div>
    </section>
  );
}
