import { describe, expect, it } from "vitest";
import { mergedTabs, type QueryTab, tabsOf } from "./kept-tabs.ts";

const tab = (id: string, sql = ""): QueryTab => ({ id, sql, parameters: {} });

describe("tabsOf", () => {
  it.each([undefined, null, 1, "x", [], {}, { tabs: [] }, { tabs: {} }, { tabs: [null, 1, [], {}] }])(
    "%j has no tab",
    (kept) => expect(tabsOf(kept)).toEqual([]),
  );

  it("keeps what is a tab, and leaves out what is not", () => {
    const whole: QueryTab = {
      id: "a",
      sql: "SELECT :n",
      name: "Report",
      parameters: { n: { value: "1", type: "Auto" } },
      view: "chart",
      chart: { kind: "bar", x: undefined, y: "n", by: undefined },
    };
    const broken = {
      ...tab("b"),
      name: 7,
      parameters: { n: 1, m: { value: "", type: "NONSENSE" } },
      view: "x",
      chart: {},
    };
    const kept: unknown = JSON.parse(
      JSON.stringify({ tabs: [whole, { id: "c" }, broken, tab("a", "again")] }),
    );
    expect(tabsOf(kept)).toEqual([whole, tab("b")]);
  });
});

describe("mergedTabs", () => {
  const before = [tab("a", "1"), tab("b", "2")];

  it("has the tabs that either window has opened", () => {
    const merged = mergedTabs(before, [...before, tab("c", "3")], [...before, tab("d", "4")]);
    expect(merged.map(({ id }) => id)).toEqual(["a", "b", "d", "c"]);
  });

  it("has the text that either window has changed, and this one's where both have", () => {
    expect(
      mergedTabs(before, [tab("a", "here"), tab("b", "2")], [tab("a", "there"), tab("b", "there")]),
    ).toEqual([tab("a", "here"), tab("b", "there")]);
  });

  it("closes what either has closed, unless the other has changed it", () => {
    expect(mergedTabs(before, [tab("b", "2")], before)).toEqual([tab("b", "2")]);
    expect(mergedTabs(before, before, [tab("b", "2")])).toEqual([tab("b", "2")]);
    expect(mergedTabs(before, [tab("b", "2")], [tab("a", "new"), tab("b", "2")])[0]).toEqual(tab("a", "new"));
    expect(mergedTabs(before, [tab("a", "new"), tab("b", "2")], [tab("b", "2")])[1]).toEqual(tab("a", "new"));
  });
});
