import { isRecord } from "../shell/kept.ts";
import { type ChartChoice, chartKinds } from "./chart/chart-choice.ts";
import { type ParameterValue, parameterTypes } from "./parameters.ts";

export const nameLengthMax = 60;

export type ResultView = "rows" | "chart";

export interface QueryTab {
  readonly id: string;
  readonly sql: string;
  /** As the person has named it. Undefined: after its text. */
  readonly name?: string | undefined;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** How results are shown. Undefined: as rows. */
  readonly view?: ResultView | undefined;
  /** Undefined: what suits the result. */
  readonly chart?: ChartChoice | undefined;
}

/** The tabs that a browser has kept. What is not a tab is left out, whoever wrote it. */
export function tabsOf(kept: unknown): QueryTab[] {
  const tabs = isRecord(kept) && Array.isArray(kept["tabs"]) ? kept["tabs"].flatMap(tabOf) : [];
  return tabs.filter(({ id }, index) => tabs.findIndex((tab) => tab.id === id) === index);
}

/**
 * The tabs of two windows of a browser. `before` is what both began with: a tab that either has closed since is closed, unless
 * the other has changed it. Where both have changed a tab, this window's text wins.
 */
export function mergedTabs(
  before: readonly QueryTab[],
  here: readonly QueryTab[],
  there: readonly QueryTab[],
): QueryTab[] {
  const find = (tabs: readonly QueryTab[], id: string) => tabs.find((tab) => tab.id === id);
  const isChanged = (tab: QueryTab) => JSON.stringify(tab) !== JSON.stringify(find(before, tab.id));
  const fromThere = there.flatMap((tab) => {
    const mine = find(here, tab.id);
    if (mine === undefined) return isChanged(tab) ? [tab] : [];
    return [isChanged(mine) ? mine : tab];
  });
  const onlyHere = here.filter((tab) => find(there, tab.id) === undefined && isChanged(tab));
  return [...fromThere, ...onlyHere];
}

function tabOf(kept: unknown): QueryTab[] {
  if (!isRecord(kept)) return [];
  const { id, sql, name, parameters, view, chart } = kept;
  if (typeof id !== "string" || id === "" || typeof sql !== "string") return [];
  return [
    {
      id,
      sql,
      ...(typeof name === "string" && name !== "" ? { name: name.slice(0, nameLengthMax) } : {}),
      parameters: parametersOf(parameters),
      ...(view === "rows" || view === "chart" ? { view } : {}),
      ...(isChart(chart) ? { chart } : {}),
    },
  ];
}

/** The parameters that a browser has kept. What is none is left out. */
export function parametersOf(kept: unknown): QueryTab["parameters"] {
  return isRecord(kept) ? Object.fromEntries(Object.entries(kept).filter(isParameter)) : {};
}

function isParameter(entry: readonly [string, unknown]): entry is [string, ParameterValue] {
  const [, given] = entry;
  return isRecord(given) && typeof given["value"] === "string" && isOneOf(parameterTypes, given["type"]);
}

function isChart(kept: unknown): kept is ChartChoice {
  if (!isRecord(kept)) return false;
  const { kind, x, y, by } = kept;
  return isOneOf(chartKinds, kind) && typeof y === "string" && isName(x) && isName(by);
}

function isName(name: unknown): boolean {
  return name === undefined || typeof name === "string";
}

function isOneOf(all: readonly string[], value: unknown): boolean {
  return typeof value === "string" && all.includes(value);
}
