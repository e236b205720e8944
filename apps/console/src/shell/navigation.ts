import { Activity, Database, Folder, type LucideIcon, SquareTerminal } from "lucide-react";

export interface NavigationEntry {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

/** The features that have a page, in the order of the navigation. `/` leads to the first. */
export const navigation = [
  { to: "/browse", label: "Browse", icon: Database },
  { to: "/files", label: "Files", icon: Folder },
  { to: "/query", label: "Query", icon: SquareTerminal },
  { to: "/status", label: "Status", icon: Activity },
] as const satisfies readonly NavigationEntry[];
