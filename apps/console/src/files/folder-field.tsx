import { Autocomplete } from "@base-ui/react/autocomplete";
import { useQuery } from "@tanstack/react-query";
import popup from "../query/popup.module.css";
import { directoryQuery } from "./directory-query.ts";
import styles from "./file-dialog.module.css";
import { parentOf } from "./file-path.ts";

interface FolderFieldProps {
  readonly value: string;
  readonly onChange: (folder: string) => void;
}

/** The path of a folder, which is completed from those that there are. */
export function FolderField({ value, onChange }: FolderFieldProps) {
  const parent = parentOf(value);
  const isInVolume = parent.split("/").length >= 5;
  const { data = [] } = useQuery({ ...directoryQuery(parent), enabled: isInVolume });
  const folders = data.filter((entry) => entry.is_directory).map(({ path }) => path);
  return (
    <Autocomplete.Root
      items={folders}
      value={value}
      onValueChange={onChange}
      filter={(path: string, text: string) => path.startsWith(text) && path !== text}
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
