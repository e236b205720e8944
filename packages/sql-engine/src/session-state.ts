import type { CatalogSource } from "./catalog-source.ts";
import type { TemporaryView } from "./translate/translation.ts";

/** What USE, SET and temporary views change, for the statements that follow. */
export interface SessionState {
  readonly principal: string;
  readonly source: CatalogSource;
  catalog: string;
  schema: string;
  configuration: Map<string, string>;
  temporaryViews: Map<string, TemporaryView>;
}
