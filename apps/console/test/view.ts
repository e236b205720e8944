import type { Page } from "playwright-core";

/** A page of the console, or a state of one. */
export interface View {
  readonly name: string;
  /** Brings the page there from any other view. */
  readonly show: (page: Page) => Promise<unknown>;
  /** It is made of the same parts as another view, so that axe would find the same. */
  readonly isAlike?: true;
  /** Ends what would go on in the next view. */
  readonly leave?: (page: Page) => Promise<unknown>;
}
