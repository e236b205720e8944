import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ErrorView } from "./error-view.tsx";
import page from "./page.module.css";

/** In place of a page that threw. */
export function PageError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className={page["page"]}>
      <ErrorView
        error={error instanceof Error ? error : new Error(String(error))}
        retry={async () => router.invalidate()}
      />
    </div>
  );
}
