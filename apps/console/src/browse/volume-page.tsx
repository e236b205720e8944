import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { FolderOpen } from "lucide-react";
import { folderAddress } from "../files/file-path.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { ErrorView } from "../shell/error-view.tsx";
import page from "../shell/page.module.css";
import { About } from "./about.tsx";
import styles from "./browse.module.css";
import { volumeQuery } from "./catalog-queries.ts";
import { ObjectHeading } from "./object-heading.tsx";

export function VolumePage() {
  const { catalog, schema, name } = useParams({ from: "/browse/$catalog/$schema/volumes/$name" });
  const volume = useQuery(volumeQuery(catalog, schema, name));
  const path = `/Volumes/${catalog}/${schema}/${name}`;
  return (
    <div className={page["page"]}>
      <ObjectHeading
        place={{ catalog, schema, kind: "volumes", name }}
        icon="volume"
        comment={volume.data?.comment}
        chips={[volume.data?.volume_type?.toLowerCase()]}
      >
        <Link to={folderAddress(path)} className="button primary">
          <FolderOpen size={14} aria-hidden />
          Open files
        </Link>
      </ObjectHeading>
      {volume.error !== null && <ErrorView error={volume.error} retry={volume.refetch} />}
      {volume.data !== undefined && <About {...volume.data} />}
      <section className={page["section"]}>
        <h2>Path of its files</h2>
        <p className={styles["path"]}>
          <code>{path}</code>
          <CopyButton text={path} what="the path" />
        </p>
      </section>
    </div>
  );
}
