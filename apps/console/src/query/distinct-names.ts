import type { ResultColumn } from "./arrow-rows.ts";

/** A name for each column that no other one has. The second column `id` becomes `id_2`. */
export function distinctNames(columns: readonly ResultColumn[]): string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let distinct = name;
    for (let number = 2; taken.has(distinct); number++) distinct = `${name}_${number}`;
    taken.add(distinct);
    return distinct;
  });
}
