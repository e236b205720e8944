import { createRootRoute } from "@tanstack/react-router";
import { Frame } from "./frame.tsx";
import { NotFound } from "./not-found.tsx";
import { PageError } from "./page-error.tsx";

/** The parent of every page's route. */
export const frameRoute = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: PageError,
});
