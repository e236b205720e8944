"""SQLAlchemy with Databricks' dialect, and pandas over it, against the local workspace."""

import datetime
import decimal
import importlib.metadata

import pandas
from rows import CA_FILE, HOST, HTTP_PATH, PORT, TOKEN, Rows
from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    insert,
    inspect,
    select,
    text,
)

rows = Rows("databricks-sqlalchemy", importlib.metadata.version("databricks-sqlalchemy"))
# The dialect does not pass on the port of the URL.
LOCAL = {"_port": PORT, "_tls_trusted_ca_file": CA_FILE, "enable_telemetry": False}
engine = create_engine(
    f"databricks://token:{TOKEN}@{HOST}:{PORT}?http_path={HTTP_PATH}&catalog=main&schema=default", connect_args=LOCAL
)
metadata = MetaData()
people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(20), comment="who"),
    comment="all of them",
)
orders = Table(
    "people_orders",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("person", Integer, ForeignKey("people.id")),
    Column("amount", Numeric(10, 2)),
    Column("day", Date),
)


def create():
    metadata.drop_all(engine)
    metadata.create_all(engine)


rows.run("drop_all, create_all", create)
seen = inspect(engine)
rows.run("schemas", lambda: {"default", "information_schema", "sales"} <= set(seen.get_schema_names()), True)
rows.run("tables", lambda: {"people", "people_orders"} <= set(seen.get_table_names()), True)
rows.run(
    "columns",
    lambda: [(one["name"], str(one["type"]), one["nullable"], one["comment"]) for one in seen.get_columns("people")],
    [("id", "INTEGER", False, None), ("name", "VARCHAR", True, "who")],
)
rows.run("primary key", lambda: seen.get_pk_constraint("people")["constrained_columns"], ["id"])
rows.run(
    "foreign keys",
    lambda: [(key["constrained_columns"], key["referred_table"]) for key in seen.get_foreign_keys("people_orders")],
    [(["person"], "people")],
)
rows.run("comment of a table", lambda: seen.get_table_comment("people"), {"text": "all of them"})


def reflected():
    found = MetaData()
    found.reflect(engine)
    return [fk.target_fullname for fk in found.tables["people_orders"].foreign_keys]


rows.run("MetaData.reflect", reflected, ["people.id"])
DAY = datetime.date(2024, 1, 1)


def inserted():
    with engine.begin() as connection:
        connection.execute(insert(people), [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}])
        connection.execute(insert(orders), {"id": 1, "person": 1, "amount": 1.5, "day": DAY})
        joined = select(people.c.name, orders.c.amount, orders.c.day).join(orders, orders.c.person == people.c.id)
        return [tuple(row) for row in connection.execute(joined)]


rows.run("insert, select, join", inserted, [("ann", decimal.Decimal("1.50"), DAY)])


def framed():
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    frame.to_sql("framed", engine, if_exists="replace", index=False)
    return pandas.read_sql(text("SELECT * FROM framed WHERE a = :a"), engine, params={"a": 2}).to_dict("records")


rows.run("pandas to_sql, read_sql", framed, [{"a": 2, "b": "y"}])
rows.end()
