import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../shell/frame-route.ts";
import { ownPath } from "./own-path.ts";

export const signInRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sign-in",
  validateSearch: (search): { readonly back?: string } => {
    const back = ownPath(search["back"], location.origin);
    return back === undefined ? {} : { back };
  },
  component: lazyRouteComponent(() => import("./sign-in-page.tsx"), "SignInPage"),
});
