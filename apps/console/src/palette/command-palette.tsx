import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CornerDownLeft, History, Play, Search } from "lucide-react";
import { ObjectIcon } from "../browse/object-icon.tsx";
import { contentOf, useHistory } from "../query/query-history.ts";
import styles from "./command-palette.module.css";
import { type PaletteGroup, type PaletteItem, paletteGroups } from "./palette-items.ts";

interface CommandPaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Goes to anything that is loaded by a part of its name. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={`backdrop ${styles["backdrop"]}`} />
        <Dialog.Popup className={styles["popup"]} aria-label="Command palette">
          <Choices close={() => onOpenChange(false)} />
          <Dialog.Close className="visually-hidden">Close the command palette</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choices({ close }: { readonly close: () => void }) {
  const cache = useQueryClient();
  const history = useHistory();
  const open = useOpenItem();
  return (
    <Autocomplete.Root open inline items={paletteGroups(cache, history)} autoHighlight="always" keepHighlight>
      <div className={styles["input"]}>
        <Search size={16} aria-hidden />
        <Autocomplete.Input placeholder="Go to a page, catalog, schema, table, query…" aria-label="Go to" />
        <kbd>Esc</kbd>
      </div>
      <Autocomplete.Empty className={styles["empty"]}>
        <p>Nothing that this page has loaded has this name.</p>
      </Autocomplete.Empty>
      <Autocomplete.List className={styles["list"]} tabIndex={-1}>
        {(group: PaletteGroup) => (
          <Autocomplete.Group key={group.value} items={group.items}>
            <Autocomplete.GroupLabel className={styles["label"]}>{group.value}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: PaletteItem) => (
                <Autocomplete.Item
                  key={`${item.icon} ${item.label}`}
                  value={item}
                  className={styles["item"]}
                  onClick={() => {
                    close();
                    void open(item);
                  }}
                >
                  <ItemIcon icon={item.icon} />
                  <span className={styles["name"]}>{item.label}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
      <p className={`muted ${styles["note"]}`}>
        This finds what has been loaded. Open a schema in Browse to find its tables here.
      </p>
    </Autocomplete.Root>
  );
}

function useOpenItem() {
  const navigate = useNavigate();
  return async ({ opens }: PaletteItem) => {
    if ("to" in opens) {
      await navigate({ to: opens.to });
      return;
    }
    if ("content" in opens) {
      const { openSample } = await import("../query/open-sample.ts");
      openSample(opens);
    } else {
      const { openTab } = await import("../query/query-tabs.ts");
      openTab(contentOf(opens));
    }
    await navigate({ to: "/query" });
  };
}

const icons = { page: CornerDownLeft, sample: Play, history: History };

function ItemIcon({ icon }: Pick<PaletteItem, "icon">) {
  if (icon !== "page" && icon !== "sample" && icon !== "history") return <ObjectIcon icon={icon} />;
  const Picture = icons[icon];
  return <Picture size={14} aria-hidden />;
}
