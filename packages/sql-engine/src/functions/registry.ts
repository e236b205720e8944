import { aggregateFunctions } from "./aggregate-functions.ts";
import { collectionFunctions } from "./collection-functions.ts";
import { conditionalFunctions } from "./conditional-functions.ts";
import { dateTimeFunctions } from "./datetime-functions.ts";
import type { FunctionDefinition } from "./definition.ts";
import { groupingFunctions } from "./grouping-functions.ts";
import { higherOrderFunctions } from "./higher-order-functions.ts";
import { jsonFunctions } from "./json-functions.ts";
import { mapFunctions } from "./map-functions.ts";
import { mathFunctions } from "./math-functions.ts";
import { percentileFunctions } from "./percentile-functions.ts";
import { regexpFunctions } from "./regexp-functions.ts";
import { sequenceFunctions } from "./sequence-function.ts";
import { sessionFunctions } from "./session-functions.ts";
import { textFunctions } from "./text-functions.ts";
import { windowFunctions } from "./window-functions.ts";

/** Every function that a statement may call. Any other is refused, even if DuckDB has one of that name. */
const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map(
  Object.entries({
    ...aggregateFunctions,
    ...collectionFunctions,
    ...conditionalFunctions,
    ...dateTimeFunctions,
    ...groupingFunctions,
    ...higherOrderFunctions,
    ...jsonFunctions,
    ...mapFunctions,
    ...mathFunctions,
    ...percentileFunctions,
    ...regexpFunctions,
    ...sequenceFunctions,
    ...sessionFunctions,
    ...textFunctions,
    ...windowFunctions,
  }),
);

export const findFunction = (name: string): FunctionDefinition | undefined =>
  FUNCTIONS.get(name.toLowerCase());
export const functionNames = (): string[] => [...FUNCTIONS.keys()].toSorted();
