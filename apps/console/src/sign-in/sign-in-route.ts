import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../shell/frame-route.ts";
import { ownPath } from "./own-path.ts";

export const signInRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sign-in",
  validateSearch: ({ back }): { readonly back?: string | undefined } => {
    return { back: ownPath(back, location.origin) };
  },
  component: lazyRouteComponent(() => import("./sign-in-page.tsx"), "SignInPage"),
});
