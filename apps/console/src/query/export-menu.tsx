import { Menu } from "@base-ui/react/menu";
import { Download } from "lucide-react";
import { useState } from "react";
import type { ArrowRows } from "./arrow-rows.ts";
import { exportFormats, exportResult } from "./export-result.ts";
import popup from "./popup.module.css";
import { rowsText } from "./run-words.ts";

interface ExportMenuProps {
  readonly rows: ArrowRows;
  readonly rowCount: number;
  readonly order: Uint32Array | undefined;
  /** Whether the rows are the whole result. */
  readonly isWhole: boolean;
}

/** Saves the rows that the page has as a file. */
export function ExportMenu({ rows, rowCount, order, isWhole }: ExportMenuProps) {
  const [isBusy, setBusy] = useState(false);
  const save = async (format: (typeof exportFormats)[number]) => {
    setBusy(true);
    try {
      saveFile(await exportResult(format, rows, rowCount, order), `result.${format.extension}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu.Root>
      <Menu.Trigger className="button quiet" disabled={isBusy}>
        <Download size={16} aria-hidden />
        {isBusy ? "Exporting …" : "Export"}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className={popup["positioner"]}>
          <Menu.Popup className={popup["popup"]}>
            <Menu.Group>
              <Menu.GroupLabel className={popup["label"]}>
                {isWhole ? `All ${rowsText(rowCount)}` : `The ${rowsText(rowCount)} that were loaded`}
              </Menu.GroupLabel>
              {exportFormats.map((format) => (
                <Menu.Item key={format.name} className={popup["item"]} onClick={() => void save(format)}>
                  {format.name}
                </Menu.Item>
              ))}
            </Menu.Group>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function saveFile(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
