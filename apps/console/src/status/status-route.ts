import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../shell/frame-route.ts";

export const statusRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/status",
  component: lazyRouteComponent(() => import("./status-page.tsx"), "StatusPage"),
});
