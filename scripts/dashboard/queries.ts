import { readFileSync } from "node:fs";

export interface Query {
  /** The panel or the rule. */
  readonly what: string;
  readonly expression: string;
}

/** Every query of a Grafana dashboard. */
export function dashboardQueries(file: string): Query[] {
  const { panels } = JSON.parse(readFileSync(file, "utf8")) as {
    panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[];
  };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({
      what: `panel "${title}"${legendFormat && `, ${legendFormat}`}`,
      expression: expr.replaceAll("$__rate_interval", "1m"),
    })),
  );
}

/** What every alert compares with its threshold: the alert itself has no data as long as all is well. */
export function alertQueries(rules: readonly { name: string; query: string }[]): Query[] {
  return rules.map(({ name, query }) => {
    const [, value] = /^(.*) (?:[<>]=?|==) -?[\d.e+]+$/s.exec(query) ?? [];
    if (value === undefined)
      throw new Error(`the alert ${name} does not end in a comparison with a number: ${query}`);
    return { what: `alert ${name}`, expression: value };
  });
}
