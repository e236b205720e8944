import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ErrorView } from "../shell/error-view.tsx";
import type { Entry } from "./directory-query.ts";
import { sizeText } from "./file-facts.ts";
import { fileStartQuery } from "./file-start.ts";
import styles from "./preview.module.css";
import { extensionOf } from "./preview-kind.ts";

const imageBytesMax = 16 * 1024 * 1024;
const types: Readonly<Record<string, string>> = { jpg: "jpeg" };

/** An image. The page reads it itself, so that any way to sign in works. */
export function ImagePreview({ entry }: { readonly entry: Entry }) {
  const isLarge = (entry.file_size ?? 0) > imageBytesMax;
  const { data, error, refetch } = useQuery({ ...fileStartQuery(entry, imageBytesMax), enabled: !isLarge });
  const url = useDataUrl(data?.bytes, entry.name);
  const [isBroken, setBroken] = useState(false);
  if (isLarge) {
    return (
      <p className="muted">
        Images of up to {sizeText(imageBytesMax)} are shown here. Download it to see it.
      </p>
    );
  }
  if (error !== null) return <ErrorView error={error} retry={refetch} />;
  if (isBroken) return <p className="muted">This browser cannot show the image. Download it to open it.</p>;
  if (url === undefined) return <p className="muted">Loading…</p>;
  return (
    <div className={styles["picture"]}>
      <img src={url} alt={entry.name} onError={() => setBroken(true)} />
    </div>
  );
}

/** The policy of the page lets an image come from `data:`, and not from `blob:`. */
function useDataUrl(bytes: Uint8Array | undefined, name: string): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (bytes === undefined) return;
    const extension = extensionOf(name);
    const reader = new FileReader();
    reader.addEventListener("load", () => setUrl(reader.result as string));
    // The client makes a buffer of its own, which is never shared.
    const parts = [bytes as Uint8Array<ArrayBuffer>];
    reader.readAsDataURL(new Blob(parts, { type: `image/${types[extension] ?? extension}` }));
  }, [bytes, name]);
  return url;
}
