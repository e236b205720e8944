import type { CatalogSource } from "./catalog-source.ts";
import type { TemporaryView } from "./translate/translation.ts";

/** What USE, SET and CREATE TEMPORARY VIEW change for later statements. */
export interface SessionState {
  readonly principal: string;
  readonly source: CatalogSource;
  catalog: string;
  schema: string;
  configuration: Map<string, string>;
  /** The settings with which the session was opened. RESET returns to them. */
  readonly opened: ReadonlyMap<string, string>;
  temporaryViews: Map<string, TemporaryView>;
}
