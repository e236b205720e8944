import { Autocomplete } from "@base-ui/react/autocomplete";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import popup from "../query/popup.module.css";
import styles from "../shell/action-dialog.module.css";
import { directoryQuery } from "./directory-query.ts";
import { parentOf } from "./file-path.ts";

interface FolderFieldProps {
  readonly value: string;
  readonly isFixed: boolean;
  readonly onChange: (folder: string) => void;
}

/** The path of a folder, which is completed from those that there are. */
export function FolderField({ value, isFixed, onChange }: FolderFieldProps) {
  const parent = parentOf(value);
  const isInVolume = parent.split("/").length >= 5;
  const { data = [] } = useQuery({ ...directoryQuery(parent), enabled: isInVolume });
  const folders = data
    .filter(({ path, is_directory: isDirectory }) => isDirectory && path.startsWith(value) && path !== value)
    .map(({ path }) => path);
  const [isOpen, setOpen] = useState(false);
  return (
    <Autocomplete.Root
      items={folders}
      value={value}
      onValueChange={onChange}
      mode="none"
      readOnly={isFixed}
      // An empty list would hide the rest of the dialog from those who cannot see it.
      open={isOpen && folders.length > 0}
      onOpenChange={setOpen}
    >
      <label className={styles["field"]}>
        <span>Folder</span>
        <Autocomplete.Input className="input" spellCheck={false} />
      </label>
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={4} className={popup["positioner"]}>
          <Autocomplete.Popup className={popup["popup"]}>
            <Autocomplete.List>
              {(path: string) => (
                <Autocomplete.Item key={path} value={path} className={popup["item"]}>
                  {path}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}
