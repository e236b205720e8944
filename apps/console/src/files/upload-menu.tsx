import { Menu } from "@base-ui/react/menu";
import { ChevronDown, FileUp, FolderUp, Upload } from "lucide-react";
import { type ChangeEvent, useRef } from "react";
import popup from "../query/popup.module.css";
import { filesOfInput } from "./picked-files.ts";
import { upload } from "./uploads.ts";

/** Chooses files or a folder, and uploads them. */
export function UploadMenu({ folder }: { readonly folder: string }) {
  const files = useRef<HTMLInputElement>(null);
  const directory = useRef<HTMLInputElement>(null);
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    const { files: list } = event.target;
    if (list !== null) void upload(folder, filesOfInput(list));
    // The same files can be chosen again.
    event.target.value = "";
  };
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className="button primary">
          <Upload size={16} aria-hidden />
          Upload
          <ChevronDown size={14} aria-hidden />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} align="end" className={popup["positioner"]}>
            <Menu.Popup className={popup["popup"]}>
              <Menu.Item className={popup["item"]} onClick={() => files.current?.click()}>
                Files…
                <FileUp size={16} aria-hidden />
              </Menu.Item>
              <Menu.Item className={popup["item"]} onClick={() => directory.current?.click()}>
                A folder…
                <FolderUp size={16} aria-hidden />
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <input ref={files} type="file" multiple hidden onChange={onChange} />
      <input ref={directory} type="file" webkitdirectory="" hidden onChange={onChange} />
    </>
  );
}
