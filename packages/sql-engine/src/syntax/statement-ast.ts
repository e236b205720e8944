import type { FileTransfer } from "../catalog-source.ts";
import type { DataType } from "../types/data-type.ts";
import type { Expression, Name } from "./expression-ast.ts";
import type { Query } from "./query-ast.ts";

export type ObjectKind = "CATALOG" | "SCHEMA" | "TABLE" | "VIEW" | "VOLUME";

export interface ColumnDefinition {
  name: string;
  type: DataType;
  nullable: boolean;
  comment?: string;
  /** The text of a DEFAULT expression. */
  defaultText?: string;
}

/** A PRIMARY KEY, or with a parent a FOREIGN KEY. */
export interface KeyDefinition {
  name?: string;
  columns: string[];
  parent?: { table: Name; columns: string[] };
  rely: boolean;
}

/** What a grant is on. */
export interface GrantTarget {
  object: ObjectKind;
  name: Name;
}

export type AlterAction =
  | { kind: "rename"; to: Name }
  | { kind: "set_properties"; properties: Record<string, string> }
  | { kind: "unset_properties"; keys: string[]; ifExists: boolean }
  | { kind: "add_columns"; columns: ColumnDefinition[]; ifNotExists: boolean }
  | { kind: "drop_columns"; names: string[]; ifExists: boolean }
  | { kind: "rename_column"; from: string; to: string }
  | { kind: "alter_column"; name: string; change: ColumnChange }
  | { kind: "add_constraint"; key: KeyDefinition }
  | { kind: "drop_constraint"; which: DroppedConstraint; ifExists: boolean; cascade: boolean }
  | { kind: "cluster_by"; columns: string[] }
  | { kind: "owner"; to: string }
  | { kind: "definition"; query: Query; text: string };

/** By name, as the primary key, or as the foreign key of these columns. */
export type DroppedConstraint = { name: string } | { primaryKey: true } | { foreignKey: string[] };

export type ColumnChange =
  | { kind: "type"; type: DataType }
  | { kind: "comment"; comment: string }
  | { kind: "nullable"; nullable: boolean }
  | { kind: "default"; text: string | undefined };

export interface Assignment {
  column: string[];
  value: Expression | "default";
}

export type MergeAction =
  | { kind: "update"; assignments: Assignment[] | "all" }
  | { kind: "delete" }
  | { kind: "insert"; columns: string[]; values: (Expression | "default")[] | "all" };

export interface MergeBranch {
  when: "MATCHED" | "NOT MATCHED BY TARGET" | "NOT MATCHED BY SOURCE";
  condition?: Expression;
  action: MergeAction;
}

export type ShowWhat =
  | "CATALOGS"
  | "SCHEMAS"
  | "TABLES"
  | "VIEWS"
  | "TABLE EXTENDED"
  | "VOLUMES"
  | "COLUMNS"
  | "TBLPROPERTIES"
  | "CREATE TABLE";

/** What `SHOW … IN CATALOG` lists. */
export type MetadataWhat = "SCHEMAS" | "TABLES" | "COLUMNS" | "FUNCTIONS";

/** The patterns of SCHEMA LIKE, TABLE LIKE and LIKE. */
export interface MetadataPatterns {
  schema?: string;
  table?: string;
  name?: string;
}

export type Statement = { at: number } & (
  | { kind: "query"; query: Query }
  | { kind: "use"; what: "CATALOG" | "SCHEMA"; name: Name }
  /** `zone` is that of SET TIME ZONE, other than text. */
  | { kind: "set"; key?: string; value?: string; zone?: "LOCAL" | Expression }
  | { kind: "reset"; key?: string }
  | { kind: "transaction"; what: "BEGIN" | "COMMIT" | "ROLLBACK" }
  | {
      kind: "create_container";
      object: "CATALOG" | "SCHEMA";
      name: Name;
      ifNotExists: boolean;
      comment?: string;
      properties: Record<string, string>;
    }
  | { kind: "create_volume"; name: Name; ifNotExists: boolean; comment?: string }
  | {
      kind: "create_table";
      name: Name;
      orReplace: boolean;
      ifNotExists: boolean;
      columns: ColumnDefinition[];
      keys: KeyDefinition[];
      partitionBy: string[];
      clusterBy: string[];
      comment?: string;
      properties: Record<string, string>;
      like?: Name;
      query?: Query;
    }
  | {
      kind: "create_view";
      name: Name;
      orReplace: boolean;
      ifNotExists: boolean;
      temporary: boolean;
      columns: { name: string; comment?: string }[];
      comment?: string;
      properties: Record<string, string>;
      query: Query;
      text: string;
    }
  | { kind: "drop"; object: ObjectKind; name: Name; ifExists: boolean; cascade: boolean }
  | { kind: "alter"; object: ObjectKind; name: Name; action: AlterAction }
  | { kind: "comment_on"; object: ObjectKind; name: Name; comment: string | undefined }
  | { kind: "comment_on_column"; table: Name; column: string; comment: string | undefined }
  | { kind: "optimize"; target: Name }
  | { kind: "grant"; revokes: boolean; privileges: string[]; target: GrantTarget; principal: string }
  | { kind: "show_grants"; principal?: string; target: GrantTarget }
  | {
      kind: "insert";
      target: Name;
      overwrite: boolean;
      columns: string[];
      byName: boolean;
      /** A partition column without a value takes it from the query. */
      partition: { column: string; value?: Expression }[];
      /** The rows that the new ones replace. */
      replaceWhere?: Expression;
      query: Query;
    }
  | { kind: "update"; target: Name; alias?: string; assignments: Assignment[]; where?: Expression }
  | { kind: "delete"; target: Name; alias?: string; where?: Expression }
  | { kind: "truncate"; target: Name }
  | {
      kind: "merge";
      target: Name;
      alias?: string;
      source: Query;
      sourceAlias: string | undefined;
      on: Expression;
      branches: MergeBranch[];
      /** True if a WITH clause stands before MERGE, of which only the source can see the queries here. */
      afterWith?: boolean;
    }
  | {
      kind: "copy_into";
      target: Name;
      path: string;
      format: string;
      files: string[];
      pattern?: string;
      formatOptions: Record<string, string>;
      copyOptions: Record<string, string>;
    }
  | {
      kind: "transfer";
      operation: FileTransfer["operation"];
      path: string;
      localFile?: string;
      overwrite: boolean;
    }
  | { kind: "list_files"; path: string }
  | { kind: "show"; what: ShowWhat; in?: Name; target?: Name; like?: string; key?: string }
  /** Without a catalog in all of them. */
  | { kind: "show_metadata"; what: MetadataWhat; catalog?: Name; patterns: MetadataPatterns }
  /** The table is a catalog, a schema and a name. */
  | { kind: "show_keys"; foreign: boolean; table: Name[] }
  | {
      kind: "describe";
      object: ObjectKind;
      name: Name;
      extended: boolean;
      asJson: boolean;
      column?: string[];
    }
  | { kind: "describe_query"; query: Query }
);

export type StatementOf<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;
