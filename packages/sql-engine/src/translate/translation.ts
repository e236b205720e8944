import type { CatalogSource, TableEntry } from "../catalog-source.ts";
import type { SessionMode } from "../session-mode.ts";
import { SqlError, type SqlPosition } from "../sql-error.ts";
import type { Expression, Name } from "../syntax/expression-ast.ts";
import type { Query } from "../syntax/query-ast.ts";
import { positionIn } from "../syntax/tokens.ts";
import type { DataType } from "../types/data-type.ts";
import type { Scope, TranslatedQuery } from "./scope.ts";
import type { Typed } from "./typed.ts";

/** A bound parameter. Its value is always passed beside the text, never in it. */
export interface BoundParameter {
  /** `null` is a NULL of the type. */
  value: string | Uint8Array | null;
  typeText: string;
  /** Of an ARRAY or a MAP, which has them in place of a value. */
  elements?: BoundParameter[];
}

export interface TemporaryView {
  text: string;
  columns: string[];
  defaults: { catalog: string; schema: string };
  /** Of the session when it created the view. */
  mode: SessionMode;
}

/** What resolves the names in a statement: its principal, catalog, schema and parameters. */
export interface StatementContext {
  principal: string;
  catalog: string;
  schema: string;
  source: CatalogSource;
  parameters: ReadonlyMap<string, BoundParameter>;
  positionals: readonly BoundParameter[];
  temporaryViews: ReadonlyMap<string, TemporaryView>;
  /** The names of the regions that have a time zone. */
  regions: ReadonlySet<string>;
  /** Told of each table and view that the text itself names, and not of those in a view. */
  onRead: (path: readonly string[]) => void;
  /** The DuckDB name of a table's rows, which works once its file is attached. */
  dataOf(path: readonly string[], entry: TableEntry): string;
  /** The files below a path, checked to be inside a volume. */
  files(path: string): Promise<string[]>;
}

/** How the translators call each other, as the parsers do through `Grammar`. */
export interface Translators {
  expression(node: Expression, scope: Scope, translation: Translation): Typed;
  query(query: Query, scope: Scope | undefined, translation: Translation): TranslatedQuery;
}

interface VisibleQuery {
  /** The name of the common table expression in DuckDB. */
  name: string;
  query: TranslatedQuery;
}

/** The state of a statement's translation. */
export class Translation {
  readonly context: StatementContext;
  readonly text: string;
  readonly #translators: Translators;
  readonly #parameters: BoundParameter[];
  readonly #parameterPlaces: Map<string, number>;
  readonly #names: { last: number };
  /** Named queries in scope, innermost first. */
  readonly #ctes: ReadonlyMap<string, VisibleQuery>;
  /** The views being expanded, to detect a view that refers to itself. */
  readonly #views: readonly string[];
  /** The columns of files, which were read beforehand because the translation is synchronous. */
  readonly files: Map<string, FileScan>;

  constructor(context: StatementContext, text: string, translators: Translators, parent?: Partial<Parent>) {
    this.context = context;
    this.text = text;
    this.#translators = translators;
    this.#parameters = parent?.parameters ?? [];
    this.#parameterPlaces = parent?.places ?? new Map();
    this.#names = parent?.names ?? { last: 0 };
    this.#ctes = parent?.ctes ?? new Map();
    this.#views = parent?.views ?? [];
    this.files = parent?.files ?? new Map();
  }

  expression(node: Expression, scope: Scope): Typed {
    return this.#translators.expression(node, scope, this);
  }

  query(query: Query, scope?: Scope): TranslatedQuery {
    return this.#translators.query(query, scope, this);
  }

  /** A name that is unique within the statement. */
  fresh(prefix: string): string {
    return `${prefix}${++this.#names.last}`;
  }

  cte(name: string): VisibleQuery | undefined {
    return this.#ctes.get(name.toLowerCase());
  }

  withCte(name: string, cte: VisibleQuery): Translation {
    const ctes = new Map(this.#ctes).set(name.toLowerCase(), cte);
    return new Translation(this.context, this.text, this.#translators, { ...this.#shared(), ctes });
  }

  /** For a view's text: its names are resolved where it was created, and it sees no parameters or WITH from outside. */
  forView(
    name: string,
    text: string,
    defaults: { catalog: string; schema: string },
    { isTemporary = false } = {},
  ): Translation {
    if (this.#views.includes(name)) {
      throw new SqlError("INVALID_PARAMETER_VALUE", `The view ${name} refers to itself.`);
    }
    const context: StatementContext = {
      ...this.context,
      ...defaults,
      parameters: new Map(),
      positionals: [],
      // Outside of the session nobody knows a temporary view, so what it reads stands for it.
      onRead: isTemporary ? this.context.onRead : () => {},
    };
    const shared = { ...this.#shared(), ctes: new Map(), views: [...this.#views, name] };
    return new Translation(context, text, this.#translators, shared);
  }

  #shared(): Parent {
    return {
      parameters: this.#parameters,
      places: this.#parameterPlaces,
      names: this.#names,
      ctes: this.#ctes,
      views: this.#views,
      files: this.files,
    };
  }

  /** The DuckDB marker of a parameter, the same one for each mention. */
  marker(key: string, parameter: BoundParameter): string {
    let place = this.#parameterPlaces.get(key);
    if (place === undefined) {
      this.#parameters.push(parameter);
      place = this.#parameters.length;
      this.#parameterPlaces.set(key, place);
    }
    return `$p${place}`;
  }

  /** The values, in the order of their markers. */
  get boundParameters(): readonly BoundParameter[] {
    return this.#parameters;
  }

  position(at: number): SqlPosition {
    return positionIn(this.text, at);
  }

  nameParts(name: Name, constantText: (node: Expression) => string): string[] {
    return "parts" in name ? name.parts : splitName(constantText(name.identifier));
  }
}

interface Parent {
  parameters: BoundParameter[];
  places: Map<string, number>;
  names: { last: number };
  ctes: ReadonlyMap<string, VisibleQuery>;
  views: readonly string[];
  files: Map<string, FileScan>;
}

/** Files of a volume: the DuckDB text that reads them, and its columns. */
export interface FileScan {
  sql: string;
  columns: { name: string; sql: string; type: DataType }[];
}

/** Splits a name in a string, such as `` a.`b.c` ``, into its parts. */
function splitName(text: string): string[] {
  const parts = [...text.trim().matchAll(/\s*(?:`((?:[^`]|``)+)`|([^`.\s]+))\s*(\.|$)/gy)];
  const length = parts.reduce((sum, match) => sum + match[0].length, 0);
  if (parts.length === 0 || length !== text.trim().length || parts.at(-1)?.[3] !== "") {
    throw new SqlError(
      "INVALID_IDENTIFIER",
      `The unquoted identifier ${text} is invalid and must be back quoted.`,
    );
  }
  return parts.map((match) => match[1]?.replaceAll("``", "`") ?? match[2] ?? "");
}
