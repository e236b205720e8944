import { createRoute, createRouter, redirect } from "@tanstack/react-router";
import { browseRoute } from "./browse/browse-route.ts";
import { filesRoutes } from "./files/files-route.ts";
import { queryRoute } from "./query/query-route.ts";
import { parsedSearch, searchText } from "./shell/address-search.ts";
import { frameRoute } from "./shell/frame-route.ts";
import { navigation } from "./shell/navigation.ts";
import { signInRoute } from "./sign-in/sign-in-route.ts";
import { statusRoute } from "./status/status-route.ts";

const startRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: navigation[0].to, replace: true });
  },
});

/** Every page of the console. */
export const router = createRouter({
  routeTree: frameRoute.addChildren([
    startRoute,
    browseRoute,
    ...filesRoutes,
    queryRoute,
    statusRoute,
    signInRoute,
  ]),
  parseSearch: parsedSearch,
  stringifySearch: searchText,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    readonly router: typeof router;
  }
}
