import { type Case, does, fails, gives, row } from "./case.ts";

/** What a client asks of tables: dbt, SQLAlchemy and others. In this order. */
export const keysAndMetadata: Case[] = [
  does("CREATE SCHEMA main.shop"),
  does("USE main.shop"),
  does(
    "CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20) COMMENT 'who', note STRING) CLUSTER BY (name) COMMENT 'all of them' TBLPROPERTIES ('team' = 'x')",
  ),
  does(
    "CREATE TABLE bought (id BIGINT NOT NULL, who INT REFERENCES people, day DATE, amount DECIMAL(10,2), CONSTRAINT bought_key PRIMARY KEY (id) RELY) PARTITIONED BY (day)",
  ),
  fails("INSERT INTO people VALUES (NULL, 'a', 'b')", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED"),
  does("INSERT INTO people VALUES (1, 'ann', 'x'), (1, 'ann', 'y')"),
  gives("DESCRIBE TABLE people", [
    ["id", "int", null],
    ["name", "varchar(20)", "who"],
    ["note", "string", null],
    ["# Clustering Information", "", ""],
    ["# col_name", "data_type", "comment"],
    ["name", "varchar(20)", "who"],
  ]),
  gives("SHOW CREATE TABLE people", [
    [
      "CREATE TABLE main.shop.people (\n  id INT NOT NULL,\n  name VARCHAR(20) COMMENT 'who',\n  note STRING,\n  CONSTRAINT people_pk PRIMARY KEY (`id`))\nUSING delta\nCLUSTER BY (name)\nCOMMENT 'all of them'\nTBLPROPERTIES (\n  'team' = 'x')\n",
    ],
  ]),
  gives("SHOW CREATE TABLE bought", [
    [
      "CREATE TABLE main.shop.bought (\n  id BIGINT NOT NULL,\n  who INT,\n  day DATE,\n  amount DECIMAL(10,2),\n  CONSTRAINT bought_people_fk FOREIGN KEY (`who`) REFERENCES `main`.`shop`.`people` (`id`),\n  CONSTRAINT bought_key PRIMARY KEY (`id`) RELY)\nUSING delta\nPARTITIONED BY (day)\n",
    ],
  ]),
  gives("SHOW TBLPROPERTIES people", [
    ["team", "x"],
    ["clusteringColumns", '[["name"]]'],
  ]),
  gives(
    "SELECT constraint_name, table_name, constraint_type FROM information_schema.table_constraints ORDER BY 1",
    [
      ["bought_key", "bought", "PRIMARY KEY"],
      ["bought_people_fk", "bought", "FOREIGN KEY"],
      ["people_pk", "people", "PRIMARY KEY"],
    ],
  ),
  gives(
    "SELECT constraint_name, column_name, ordinal_position, position_in_unique_constraint FROM main.information_schema.key_column_usage ORDER BY 1",
    [
      ["bought_key", "id", 1, null],
      ["bought_people_fk", "who", 1, 1],
      ["people_pk", "id", 1, null],
    ],
  ),
  gives(
    "SELECT constraint_name, unique_constraint_catalog, unique_constraint_schema, unique_constraint_name FROM information_schema.referential_constraints",
    [["bought_people_fk", "main", "shop", "people_pk"]],
  ),
  gives(
    "SELECT column_name, full_data_type, numeric_precision, numeric_scale, datetime_precision, character_maximum_length, partition_ordinal_position FROM system.information_schema.columns WHERE table_schema = 'shop' AND table_name = 'bought' ORDER BY ordinal_position",
    [
      ["id", "bigint", 19, 0, null, null, null],
      ["who", "int", 10, 0, null, null, null],
      ["day", "date", null, null, 0, null, 1],
      ["amount", "decimal(10,2)", 10, 2, null, null, null],
    ],
  ),
  row(
    "SELECT count(last_altered), max(is_insertable_into) FROM system.information_schema.tables WHERE table_schema = 'shop' AND table_name = 'people'",
    "1",
    "YES",
  ),
  row("SELECT count(*) FROM system.information_schema.table_tags", "0"),
  row("SELECT count(*) FROM system.information_schema.column_tags", "0"),
  row("SELECT count(*) FROM system.information_schema.column_masks", "0"),
  gives("SELECT schema_name FROM main.information_schema.schemata ORDER BY 1", [
    ["default"],
    ["information_schema"],
    ["shop"],
  ]),
  fails("SELECT * FROM system.information_schema.nothing", "UNSUPPORTED_FEATURE.INFORMATION_SCHEMA"),
  fails("DESCRIBE TABLE people AS JSON", "PARSE_SYNTAX_ERROR"),
  does("ALTER TABLE bought DROP CONSTRAINT bought_people_fk"),
  fails("ALTER TABLE bought DROP CONSTRAINT bought_people_fk", "INVALID_PARAMETER_VALUE"),
  does("ALTER TABLE bought DROP CONSTRAINT IF EXISTS bought_people_fk"),
  does("ALTER TABLE bought ADD CONSTRAINT 4to1 FOREIGN KEY (who) REFERENCES people (id)"),
  fails("ALTER TABLE bought ADD FOREIGN KEY (who) REFERENCES people (name)", "INVALID_PARAMETER_VALUE"),
  fails("ALTER TABLE bought ADD FOREIGN KEY (who) REFERENCES nobody", "TABLE_OR_VIEW_NOT_FOUND"),
  fails("ALTER TABLE people ADD PRIMARY KEY (id)", "INVALID_PARAMETER_VALUE"),
  fails("ALTER TABLE people DROP PRIMARY KEY", "INVALID_PARAMETER_VALUE"),
  does("ALTER TABLE people DROP PRIMARY KEY CASCADE"),
  gives("SELECT constraint_name FROM information_schema.table_constraints", [["bought_key"]]),
  fails("ALTER TABLE people ADD PRIMARY KEY (name)", "INVALID_PARAMETER_VALUE"),
  does("ALTER TABLE people ADD CONSTRAINT p PRIMARY KEY (id)"),
  fails("ALTER TABLE people ADD CONSTRAINT c CHECK (id > 0)", "UNSUPPORTED_FEATURE.CHECK_CONSTRAINT"),
  fails("ALTER TABLE people RENAME COLUMN id TO key", "UNSUPPORTED_FEATURE.KEY_COLUMN"),
  fails("ALTER TABLE bought DROP COLUMN day", "UNSUPPORTED_FEATURE.KEY_COLUMN"),
  fails("CREATE TABLE bad (a INT, PRIMARY KEY (b))", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
  fails("CREATE TABLE bad (a INT, PRIMARY KEY (a, a))", "COLUMN_ALREADY_EXISTS"),
  fails("CREATE TABLE bad (a INT PRIMARY KEY, PRIMARY KEY (a))", "INVALID_PARAMETER_VALUE"),
  fails("CREATE TABLE bad (a INT) PARTITIONED BY (b)", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
  fails("CREATE TABLE bad (a INT) PARTITIONED BY (a) CLUSTER BY (a)", "INVALID_PARAMETER_VALUE"),
  does("ALTER TABLE people CLUSTER BY (note)"),
  does("ALTER TABLE people CLUSTER BY NONE"),
  gives("SHOW TBLPROPERTIES people", [["team", "x"]]),
  does("COMMENT ON COLUMN main.shop.people.note IS 'it''s'"),
  gives("DESCRIBE TABLE people", [
    ["id", "int", null],
    ["name", "varchar(20)", "who"],
    ["note", "string", "it's"],
  ]),
  does("COMMENT ON COLUMN people.note IS NULL"),
  fails("COMMENT ON COLUMN people.nothing IS 'x'", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
  fails("COMMENT ON COLUMN note IS 'x'", "PARSE_SYNTAX_ERROR"),
  gives("OPTIMIZE people ZORDER BY (name)", [[null, { numFilesAdded: "0", numFilesRemoved: "0" }]]),
  fails("OPTIMIZE nothing", "TABLE_OR_VIEW_NOT_FOUND"),
  does("INSERT INTO bought VALUES (1, 1, '2024-01-01', 1), (2, 1, '2024-01-02', 2), (3, 1, '2024-01-03', 3)"),
  gives("INSERT INTO bought REPLACE WHERE day >= '2024-01-02' SELECT 4, 1, DATE'2024-01-05', 4", [
    ["1", "1"],
  ]),
  gives("SELECT id FROM bought ORDER BY id", [["1"], ["4"]]),
  fails(
    "INSERT INTO bought REPLACE WHERE day >= '2024-01-02' SELECT 5, 1, DATE'2024-01-01', 4",
    "DELTA_REPLACE_WHERE_MISMATCH",
  ),
  fails(
    "INSERT INTO bought REPLACE WHERE day >= '2024-01-02' SELECT 5, 1, CAST(NULL AS DATE), 4",
    "DELTA_REPLACE_WHERE_MISMATCH",
  ),
  gives("SELECT id FROM bought ORDER BY id", [["1"], ["4"]]),
  fails("INSERT INTO bought REPLACE USING (id) SELECT * FROM bought", "UNSUPPORTED_FEATURE.INSERT_REPLACE"),
  does("INSERT OVERWRITE TABLE bought PARTITION (day) SELECT 9, 1, DATE'2024-02-01', 9"),
  gives("SELECT id FROM bought", [["9"]]),
  fails("INSERT OVERWRITE bought PARTITION (who) SELECT * FROM bought", "NON_PARTITION_COLUMN"),
  fails(
    "INSERT OVERWRITE bought PARTITION (day = '2024-01-01') SELECT 1, 1, 1",
    "UNSUPPORTED_FEATURE.INSERT_OVERWRITE_PARTITION",
  ),
  does("GRANT SELECT, MODIFY ON TABLE people TO `bob@example.com`"),
  does("GRANT USE SCHEMA ON SCHEMA main.shop TO 'bob@example.com'"),
  does("REVOKE MODIFY ON people FROM `bob@example.com`"),
  gives("SHOW GRANTS `bob@example.com` ON TABLE people", [
    ["bob@example.com", "SELECT", "TABLE", "main.shop.people"],
    ["bob@example.com", "USE SCHEMA", "SCHEMA", "main.shop"],
  ]),
  fails("GRANT SELECT ON METASTORE TO x", "UNSUPPORTED_FEATURE.GRANT_TARGET"),
  fails("GRANT SELECT ON TABLE nothing TO x", "TABLE_OR_VIEW_NOT_FOUND"),
  row("SELECT t.1a, 2b FROM (SELECT 1 AS 1a, 2 AS 2b) AS t", 1, 2),
  ...inCatalogs(),
  does("USE CATALOG system"),
  gives("SHOW SCHEMAS", [["information_schema"]]),
  row("SELECT count(*) FROM information_schema.catalogs", "1"),
  does("USE CATALOG main"),
  does("DROP SCHEMA main.shop CASCADE"),
];

/** What Databricks' JDBC driver and Python connector list over REST. */
function inCatalogs(): Case[] {
  const shop = ["shop", "main"];
  const looks = ["nested", "main", "shop", "looks", "ARRAY<STRUCT<Big: INT, s: STRING>>"];
  const unsized = [null, null, null];
  return [
    gives("SHOW SCHEMAS IN ALL CATALOGS LIKE 'SHO*|nothing'", [shop], ["string", "string"]),
    gives(
      "SHOW TABLES IN CATALOG `main` SCHEMA LIKE 'sh.p' LIKE '*ou*t'",
      [["shop", "bought", false, null, "main", "TABLE", null]],
      ["string", "string", "boolean", "string", "string", "string", "string"],
    ),
    does("CREATE VIEW looks AS SELECT array(struct(1 AS Big, 'x' AS s)) AS nested"),
    gives("SHOW TABLES IN ALL CATALOGS SCHEMA LIKE 'shop' 'look.'", [
      ["shop", "looks", false, null, "main", "VIEW", null],
    ]),
    gives("SHOW TABLES IN CATALOG main LIKE 'look'", []),
    gives("SHOW TABLES IN CATALOG main LIKE 'look*s.'", []),
    gives(
      "SHOW COLUMNS IN CATALOG main SCHEMA LIKE 'shop' TABLE LIKE 'bought' LIKE '*'",
      [
        ["id", "main", "shop", "bought", "BIGINT", 19, 0, 10, "false", null, 1, "NO", "NO"],
        ["who", "main", "shop", "bought", "INT", 10, 0, 10, "true", null, 2, "NO", "NO"],
        ["day", "main", "shop", "bought", "DATE", null, null, null, "true", null, 3, "NO", "NO"],
        ["amount", "main", "shop", "bought", "DECIMAL(10,2)", 10, 2, 10, "true", null, 4, "NO", "NO"],
      ],
      [
        "string",
        "string",
        "string",
        "string",
        "string",
        "int",
        "int",
        "int",
        "string",
        "string",
        "int",
        "string",
        "string",
      ],
    ),
    gives("SHOW COLUMNS IN ALL CATALOGS TABLE LIKE 'looks'", [
      [...looks, ...unsized, "true", null, 1, "NO", "NO"],
    ]),
    gives(
      "SHOW FUNCTIONS IN CATALOG main SCHEMA LIKE 'd*' LIKE 'user*'",
      [["user_defined", "default", "main", null, 1, "user_defined"]],
      ["string", "string", "string", "string", "int", "string"],
    ),
    gives(
      "SHOW KEYS IN CATALOG `main` IN SCHEMA `shop` IN TABLE `BOUGHT`",
      [["main", "shop", "bought", "id", 1, "bought_key"]],
      ["string", "string", "string", "string", "int", "string"],
    ),
    does("ALTER TABLE bought ADD CONSTRAINT buyer FOREIGN KEY (who) REFERENCES people"),
    gives("SHOW FOREIGN KEYS IN CATALOG main IN SCHEMA shop IN TABLE bought", [
      ["main", "shop", "people", "id", "main", "shop", "bought", "who", 1, "buyer", 3, 3, 7],
    ]),
    gives("SHOW FOREIGN KEYS IN CATALOG main IN SCHEMA shop IN TABLE people", []),
    fails("SHOW KEYS IN CATALOG main IN SCHEMA shop IN TABLE nothing", "TABLE_OR_VIEW_NOT_FOUND"),
    fails("SHOW TABLES IN CATALOG nothing", "CATALOG_NOT_FOUND"),
    fails("SHOW FUNCTIONS", "UNSUPPORTED_FEATURE.SHOW"),
    does("CREATE SCHEMA main.catalog"),
    gives("SHOW TABLES IN catalog", []),
    gives("SHOW TABLES IN catalog LIKE 'x*'", []),
  ];
}
