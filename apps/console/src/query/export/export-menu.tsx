import { Menu } from "@base-ui/react/menu";
import { Download } from "lucide-react";
import { useState } from "react";
import popup from "../popup.module.css";
import { rowsText } from "../run-words.ts";
import type { ShownRows } from "../shown-rows.ts";
import { type ExportFormat, exportFormats, exportResult } from "./export-result.ts";
import { fileName } from "./file-name.ts";

interface ExportMenuProps {
  /** What the file is called, but for its extension. */
  readonly name: string;
  readonly shown: ShownRows;
  /** Of the result, whatever is shown of it. */
  readonly rowCount: number;
  /** Whether the rows are the whole result. */
  readonly isWhole: boolean;
  /** Whether the rows that are shown are still those before a filter or a sort that is under way. */
  readonly isWaiting: boolean;
}

/** Saves the rows that are shown as a file. */
export function ExportMenu({ name, shown, rowCount, isWhole, isWaiting }: ExportMenuProps) {
  const [isBusy, setBusy] = useState(false);
  const save = async (format: ExportFormat) => {
    setBusy(true);
    try {
      saveFile(await exportResult(format, shown, rowCount), `${fileName(name)}.${format.extension}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu.Root>
      <Menu.Trigger className="button quiet" disabled={isBusy || isWaiting}>
        <Download size={16} aria-hidden />
        <span className="wide">{isBusy ? "Exporting…" : "Export"}</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className={popup["positioner"]}>
          <Menu.Popup className={popup["popup"]}>
            <Menu.Group>
              <Menu.GroupLabel className={popup["label"]}>{which(shown, rowCount, isWhole)}</Menu.GroupLabel>
              {exportFormats.map((format) => (
                <Menu.Item key={format.name} className={popup["item"]} onClick={() => void save(format)}>
                  <span>{format.name}</span>
                  {format.name === "Arrow" && shown.order !== undefined && (
                    <span className="muted">all {rowsText(rowCount)}, as they came</span>
                  )}
                </Menu.Item>
              ))}
            </Menu.Group>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function which({ count }: ShownRows, rowCount: number, isWhole: boolean): string {
  if (count < rowCount) return `The ${rowsText(count)} that are shown`;
  return isWhole ? `All ${rowsText(rowCount)}` : `The ${rowsText(rowCount)} that were loaded`;
}

function saveFile(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
