import type { ReactNode } from "react";
import { CopyButton } from "../shell/copy-button.tsx";
import { Crumbs } from "../shell/crumbs.tsx";
import { shownName } from "../shell/shown-name.ts";
import styles from "./browse.module.css";
import { ObjectIcon } from "./object-icon.tsx";
import { addressOf, type Place, sqlName } from "./place.ts";
import type { Icon } from "./tree-rows.ts";

interface ObjectHeadingProps {
  readonly place: Place;
  readonly icon: Icon;
  readonly comment?: string | undefined;
  /** Words beside the name: of what type it is. */
  readonly chips?: readonly (string | undefined)[];
  readonly children?: ReactNode;
}

/** The name of something in the catalog, the way to it, and what can be done with it. */
export function ObjectHeading({ place, icon, comment, chips = [], children }: ObjectHeadingProps) {
  const { catalog, schema, name } = place;
  const above = [
    { label: "Browse", to: "/browse" },
    ...(schema === undefined ? [] : [{ label: catalog, to: addressOf({ catalog }) }]),
    ...(schema === undefined || name === undefined
      ? []
      : [{ label: schema, to: addressOf({ catalog, schema }) }]),
  ];
  const parts = [catalog, schema, name].filter((part) => part !== undefined);
  return (
    <header className={styles["heading"]}>
      <Crumbs above={above} />
      <div className={styles["title"]}>
        <ObjectIcon icon={icon} size={20} />
        <h1>{shownName(parts.at(-1) ?? "")}</h1>
        <CopyButton text={sqlName(...parts)} what="the full name" />
        {chips.map(
          (chip) =>
            chip !== undefined && (
              <span key={chip} className="chip">
                {chip}
              </span>
            ),
        )}
        <span className={styles["actions"]}>{children}</span>
      </div>
      {comment !== undefined && comment !== "" && <p>{comment}</p>}
    </header>
  );
}
