import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../shell/frame-route.ts";
import { stringParameter } from "../shell/string-parameter.ts";

interface FilesSearch {
  /** The name of the file in the folder that is shown. */
  readonly file?: string | undefined;
}

const FilesPage = lazyRouteComponent(() => import("./files-page.tsx"), "FilesPage");

const startRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/files",
  component: FilesPage,
});

/** `/files/main/default/files/2026?file=a.csv` shows a file of the folder `/Volumes/main/default/files/2026`. */
const folderRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/files/$",
  validateSearch: ({ file }: { readonly file?: unknown }): FilesSearch => ({ file: stringParameter(file) }),
  component: FilesPage,
});

export const filesRoutes = [startRoute, folderRoute] as const;
