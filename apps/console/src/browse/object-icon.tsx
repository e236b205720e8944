import { Database, Eye, Folder, type LucideIcon, Parentheses, Shapes, Table2 } from "lucide-react";
import type { Icon } from "./tree-rows.ts";

const icons: Readonly<Record<Icon, LucideIcon>> = {
  catalog: Database,
  schema: Shapes,
  table: Table2,
  view: Eye,
  volume: Folder,
  function: Parentheses,
};

/** The picture for a kind of thing in the catalog. Its name stands beside it. */
export function ObjectIcon({ icon, size = 14 }: { readonly icon: Icon; readonly size?: number }) {
  const Picture = icons[icon];
  return <Picture size={size} aria-hidden />;
}
