import { quoteText } from "../duckdb/quote.ts";
import type { StatementContext } from "../translate/translation.ts";
import { typed } from "../translate/typed.ts";
import { STRING } from "../types/data-type.ts";
import { type FunctionDefinition, type Functions, named, scalar } from "./definition.ts";

const fact = (read: (context: StatementContext) => string): FunctionDefinition =>
  scalar(0, 0, (_, site) => typed(quoteText(read(site.translation.context)), STRING));

export const sessionFunctions: Functions = {
  ...named(
    "current_user session_user user",
    fact((context) => context.principal),
  ),
  current_catalog: fact((context) => context.catalog),
  ...named(
    "current_schema current_database",
    fact((context) => context.schema),
  ),
};
