import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../shell/frame-route.ts";

export const signInRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sign-in",
  validateSearch: ({ back }): { readonly back?: string } => (isOwnPath(back) ? { back } : {}),
  component: lazyRouteComponent(() => import("./sign-in-page.tsx"), "SignInPage"),
});

/** Whether it is a path of this console, so that a link cannot lead elsewhere after the sign-in. */
function isOwnPath(back: unknown): back is string {
  return typeof back === "string" && /^\/(?![/\\])/.test(back);
}
