import styles from "../shell/action-dialog.module.css";
import { FolderField } from "./folder-field.tsx";
import type { Destination } from "./use-destination.ts";

interface DestinationFieldsProps {
  readonly to: Destination;
  readonly hasName: boolean;
  readonly isFixed: boolean;
  readonly onChange: () => void;
}

export function DestinationFields({ to, hasName, isFixed, onChange }: DestinationFieldsProps) {
  return (
    <>
      {hasName && (
        <label className={styles["field"]}>
          <span>Name</span>
          <input
            className="input"
            value={to.name}
            autoComplete="off"
            readOnly={isFixed}
            onChange={(event) => {
              onChange();
              to.setName(event.target.value);
            }}
          />
        </label>
      )}
      <FolderField
        value={to.written}
        isFixed={isFixed}
        onChange={(folder) => {
          onChange();
          to.setFolder(folder);
        }}
      />
    </>
  );
}
