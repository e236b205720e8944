import { describe, expect, it } from "vitest";
import { moveTo, nothingSelected, selectAll, selectOnly, selectTo, ticked, toggle } from "./selection.ts";

const names = ["a", "b", "c", "d"];
const chosen = ({ chosen: set }: { readonly chosen: ReadonlySet<string> }) => [...set];

describe("a selection", () => {
  it("is a range from where it began, forwards and backwards, however often it is extended", () => {
    const from = selectOnly("b");
    const down = selectTo(from, names, "d");
    expect(chosen(down)).toEqual(["b", "c", "d"]);
    expect(chosen(selectTo(down, names, "a"))).toEqual(["a", "b"]);
  });

  it("begins a range at what was toggled or moved to last", () => {
    expect(chosen(selectTo(toggle(selectOnly("a"), "c"), names, "d"))).toEqual(["c", "d"]);
    expect(chosen(selectTo(moveTo(selectOnly("a"), "c"), names, "d"))).toEqual(["c", "d"]);
  });

  it("is one entry where the beginning of a range is no longer shown", () => {
    expect(chosen(selectTo(selectOnly("gone"), names, "b"))).toEqual(["b"]);
    expect(chosen(selectTo(nothingSelected, names, "b"))).toEqual(["b"]);
  });

  it("gains a range where a tick box is clicked with Shift, and keeps the rest", () => {
    const two = toggle(selectOnly("a"), "c");
    const range = ticked(two, names, "d", { shiftKey: true });
    expect(chosen(range)).toEqual(["a", "c", "d"]);
    expect(range).toMatchObject({ active: "d", anchor: "c" });
    expect(chosen(ticked(range, names, "d", { shiftKey: false }))).toEqual(["a", "c"]);
  });

  it("gains and loses single entries, and can be everything", () => {
    expect(chosen(toggle(toggle(selectOnly("a"), "b"), "a"))).toEqual(["b"]);
    expect(chosen(selectAll(nothingSelected, names))).toEqual(names);
  });

  it("stays while the keyboard moves alone", () => {
    expect(moveTo(selectOnly("a"), "c")).toMatchObject({ active: "c", chosen: new Set(["a"]) });
  });
});
