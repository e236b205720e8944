import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../shell/frame-route.ts";
import { stringParameter } from "../shell/string-parameter.ts";

interface QuerySearch {
  /** Opens in a tab: `/query?sql=SELECT+1`. */
  readonly sql?: string | undefined;
}

export const queryRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/query",
  validateSearch: ({ sql }: Record<string, unknown>): QuerySearch => ({ sql: stringParameter(sql) }),
  component: lazyRouteComponent(() => import("./query-page.tsx"), "QueryPage"),
});
