import { useRouterState } from "@tanstack/react-router";
import { partsOfAddress, pathOf } from "./file-path.ts";
import { FolderPage } from "./folder-page.tsx";
import { VolumeChoice } from "./volume-choice.tsx";

/** The folder that the address names. Where it names no volume, those that there are. */
export function FilesPage() {
  const address = useRouterState({ select: ({ location }) => location.pathname });
  const parts = partsOfAddress(address);
  const [catalog, schema] = parts;
  return parts.length < 3 ? (
    <VolumeChoice catalog={catalog} schema={schema} />
  ) : (
    <FolderPage path={pathOf(parts)} />
  );
}
