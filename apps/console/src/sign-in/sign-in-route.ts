import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../shell/frame-route.ts";
import { ownPath } from "./own-path.ts";

export interface SignInSearch {
  /** The page to lead back to. */
  readonly back?: string | undefined;
  /** The person was signed in. */
  readonly ended?: "true" | undefined;
}

export const signInRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sign-in",
  validateSearch: ({ back, ended }): SignInSearch => ({
    back: ownPath(back, location.origin),
    ended: ended === "true" ? ended : undefined,
  }),
  component: lazyRouteComponent(() => import("./sign-in-page.tsx"), "SignInPage"),
});
