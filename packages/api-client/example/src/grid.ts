import type { Cell } from "@front-door/api-client";
import { element } from "./element.ts";

const rowHeight = 24;

/** A table of which only the rows in sight are elements. */
export class Grid {
  /** Ends the listening of the grid before this one. */
  static #shown: AbortController | undefined;
  readonly #rows: readonly Cell[][];
  readonly #columns: number;
  readonly #body = element("rows");
  readonly #view = element("grid");

  constructor(columns: readonly string[], rows: readonly Cell[][]) {
    this.#rows = rows;
    this.#columns = columns.length;
    element("head").replaceChildren(rowOf("th", columns));
    this.#view.scrollTop = 0;
    Grid.#shown?.abort();
    Grid.#shown = new AbortController();
    this.#view.addEventListener("scroll", () => this.show(), { signal: Grid.#shown.signal });
  }

  show(): void {
    const first = Math.max(0, Math.floor(this.#view.scrollTop / rowHeight) - 5);
    const last = Math.min(this.#rows.length, first + Math.ceil(this.#view.clientHeight / rowHeight) + 10);
    this.#body.replaceChildren(
      this.#space(first),
      ...this.#rows.slice(first, last).map((row) => rowOf("td", row.map(textOf))),
      this.#space(this.#rows.length - last),
    );
  }

  /** Stands for rows that are out of sight. */
  #space(rows: number): HTMLElement {
    const space = document.createElement("tr");
    const cell = document.createElement("td");
    cell.colSpan = this.#columns;
    cell.style.height = `${rows * rowHeight}px`;
    cell.style.padding = "0";
    space.append(cell);
    return space;
  }
}

function rowOf(kind: "td" | "th", texts: readonly string[]): HTMLElement {
  const row = document.createElement("tr");
  for (const text of texts) row.appendChild(document.createElement(kind)).textContent = text;
  return row;
}

function textOf(cell: Cell): string {
  return cell === null ? "NULL" : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
