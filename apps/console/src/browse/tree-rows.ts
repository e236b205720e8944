import type { Api } from "@front-door/api-client";
import type { Entry, SchemaContents } from "./catalog-queries.ts";
import { addressOf, type Kind, type Place } from "./place.ts";

export type Icon = "catalog" | "schema" | "table" | "view" | "volume" | "function";

export interface TreeItem {
  /** The address of its page, which no other row has. */
  readonly id: string;
  readonly level: number;
  readonly name: string;
  readonly icon: Icon;
  readonly place: Place;
  /** Undefined: it has nothing below it. */
  readonly isOpen: boolean | undefined;
  readonly position: number;
  readonly setSize: number;
}

/** What stands in place of entries: that they are on their way, that there are none, or why there are none. */
interface TreeNote {
  readonly id: string;
  readonly level: number;
  readonly note: string;
}

export type TreeRow = TreeItem | TreeNote;

export function isItem(row: TreeRow): row is TreeItem {
  return !("note" in row);
}

/** What is known of a list. Neither `data` nor `error`: it is on its way. */
interface Known<Data> {
  readonly data?: Data | undefined;
  readonly error?: Error | null;
}

export interface KnownCatalog {
  readonly catalogs: Known<readonly Pick<Api.Catalog, "name">[]>;
  readonly schemas: (catalog: string) => Known<readonly Pick<Api.Schema, "name">[]>;
  readonly contents: (catalog: string, schema: string) => Known<SchemaContents>;
}

const icons: Readonly<Record<Kind, Icon>> = { tables: "table", volumes: "volume", functions: "function" };

/** The icon of something in a schema. Views of all sorts have the same. */
export function iconOf({ kind, tableType }: Pick<Entry, "kind" | "tableType">): Icon {
  return tableType?.includes("VIEW") === true ? "view" : icons[kind];
}

/** The rows of the tree from top to bottom. A filter keeps what has it in its name, and what is above that. */
export function treeRows(known: KnownCatalog, isOpen: (id: string) => boolean, filter: string): TreeRow[] {
  const wanted = filter.trim().toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(wanted);

  return rowsOf(catalogRows(known), { id: "", level: 1 });

  function rowsOf(list: DraftList, above: Pick<TreeNote, "id" | "level">): TreeRow[] {
    const note = (text: string): TreeNote => ({ ...above, id: `${above.id}#${text}`, note: text });
    const { rows, error } = list;
    if (rows === undefined) return [note(error ? error.message : "Loading…")];
    const notes = (list.notes ?? []).map(note);
    if (rows.length === 0 && notes.length === 0 && wanted === "") return [note("Nothing in it")];
    const kept = rows.map((row) => withBelow(row)).filter((each) => each !== undefined);
    const items = kept.map(({ row: { below, ...row }, isOpen }, index) => ({
      ...row,
      id: addressOf(row.place),
      isOpen: below === undefined ? undefined : isOpen,
      position: index + 1,
      setSize: kept.length,
    }));
    return [...items.flatMap((item, index) => [item, ...(kept[index]?.under ?? [])]), ...notes];
  }

  function withBelow(row: Draft) {
    const id = addressOf(row.place);
    const below = isOpen(id) ? row.below?.() : undefined;
    const under = below === undefined ? [] : rowsOf(below, { id, level: row.level + 1 });
    if (wanted === "") return { row, isOpen: below !== undefined, under };
    const found = under.filter(isItem);
    return matches(row.name) || found.length > 0
      ? { row, isOpen: found.length > 0, under: found }
      : undefined;
  }
}

function catalogRows(known: KnownCatalog): DraftList {
  const { data, error } = known.catalogs;
  const rows = data?.map(({ name }) => ({
    place: { catalog: name },
    name,
    level: 1,
    icon: "catalog" as const,
    below: () => schemaRows(known, name),
  }));
  return { rows, error };
}

function schemaRows(known: KnownCatalog, catalog: string): DraftList {
  const { data, error } = known.schemas(catalog);
  const rows = data?.map(({ name }) => ({
    place: { catalog, schema: name },
    name,
    level: 2,
    icon: "schema" as const,
    below: () => entryRows(known, catalog, name),
  }));
  return { rows, error };
}

function entryRows(known: KnownCatalog, catalog: string, schema: string): DraftList {
  const { data, error } = known.contents(catalog, schema);
  const rows = data?.entries.map((entry) => entryRow(catalog, schema, entry));
  return { rows, error, notes: data?.refused.map(({ kind }) => `The ${kind} may not be listed`) };
}

function entryRow(catalog: string, schema: string, entry: Entry): Draft {
  const { kind, name } = entry;
  return { place: { catalog, schema, kind, name }, name, level: 3, icon: iconOf(entry), below: undefined };
}

interface Draft extends Pick<TreeItem, "place" | "name" | "level" | "icon"> {
  readonly below: (() => DraftList) | undefined;
}

interface DraftList {
  readonly rows: readonly Draft[] | undefined;
  readonly error?: Error | null | undefined;
  readonly notes?: readonly string[] | undefined;
}
