import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../shell/frame-route.ts";

const layoutRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/browse",
  component: lazyRouteComponent(() => import("./browse-layout.tsx"), "BrowseLayout"),
});

const startRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./browse-start.tsx"), "BrowseStart"),
});

const catalogRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "$catalog",
  component: lazyRouteComponent(() => import("./catalog-page.tsx"), "CatalogPage"),
});

const schemaRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "$catalog/$schema",
  component: lazyRouteComponent(() => import("./schema-page.tsx"), "SchemaPage"),
});

export const tableViews = ["columns", "preview", "definition"] as const;
export type TableView = (typeof tableViews)[number];

export const tableRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "$catalog/$schema/tables/$name",
  validateSearch: ({ view }): { readonly view?: TableView | undefined } => {
    return { view: tableViews.find((each) => each === view) };
  },
  component: lazyRouteComponent(() => import("./table-page.tsx"), "TablePage"),
});

const volumeRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "$catalog/$schema/volumes/$name",
  component: lazyRouteComponent(() => import("./volume-page.tsx"), "VolumePage"),
});

const functionRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "$catalog/$schema/functions/$name",
  component: lazyRouteComponent(() => import("./function-page.tsx"), "FunctionPage"),
});

/** The catalog: a tree, and a page for whatever is in it, at an address that names it. */
export const browseRoute = layoutRoute.addChildren([
  startRoute,
  catalogRoute,
  schemaRoute,
  tableRoute,
  volumeRoute,
  functionRoute,
]);
