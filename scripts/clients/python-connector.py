"""The Python SQL connector against the local workspace."""

import datetime
import decimal
import json
import os
import ssl
import threading
import time
import urllib.request

from databricks import sql
from rows import CA_FILE, HOST, HTTP_PATH, PORT, TOKEN, URL, Rows

rows = Rows("databricks-sql-connector", sql.__version__)
# Its flags are asked for at port 443, whatever the port.
LOCAL = {"server_hostname": HOST, "_port": PORT, "_tls_trusted_ca_file": CA_FILE, "enable_telemetry": False}
# Version 4.0 downloads large results with requests, which has its own way to trust a CA.
os.environ["REQUESTS_CA_BUNDLE"] = CA_FILE


def connect(http_path=HTTP_PATH, token=TOKEN, **options):
    return sql.connect(http_path=http_path, access_token=token, **LOCAL, **options)


def query(connection, text, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(text, *parameters)
        return [tuple(row) for row in cursor.fetchall()]


def once(text, **options):
    with connect(**options) as other:
        return query(other, text)


# Since then it reads the number of changed rows.
COUNTS_CHANGES = [int(part) for part in sql.__version__.split(".")[:2]] >= [4, 2]
connection = connect()
TYPES = (
    "SELECT 1, 'x', 1.50BD, TIMESTAMP'2024-01-02 03:04:05.6', DATE'2024-01-02', NULL, array(1, 2), map('k', 1), "
    "struct(1 AS a, NULL AS b), X'00ff', INTERVAL '1' DAY"
)
rows.run("connect and SELECT of each type", lambda: len(query(connection, TYPES)[0]), 11)
NESTED = "SELECT array('a', NULL), map('k', 1), struct(1 AS a, NULL AS b)"
rows.run(
    "_use_arrow_native_complex_types=False",
    lambda: once(NESTED, _use_arrow_native_complex_types=False),
    [('["a",null]', '{"k":1}', '{"a":1,"b":null}')],
)
rows.run(
    "_use_arrow_native_decimals=False",
    lambda: once("SELECT 1.50BD", _use_arrow_native_decimals=False),
    [(decimal.Decimal("1.50"),)],
)
rows.run(
    "_use_arrow_native_timestamps=False",
    lambda: once("SELECT TIMESTAMP'2024-01-02 03:04:05.6'", _use_arrow_native_timestamps=False),
    [("2024-01-02 03:04:05.6",)],
)
rows.run("use_cloud_fetch=False", lambda: once("SELECT 1", use_cloud_fetch=False), [(1,)])
rows.run(
    "named and ? parameters",
    lambda: query(connection, "SELECT :a, :b, :c", {"a": 1, "b": "x", "c": None})
    + query(connection, "SELECT ?, ?", [datetime.date(2024, 1, 1), decimal.Decimal("1.5")]),
    [(1, "x", None), (datetime.date(2024, 1, 1), decimal.Decimal("1.5"))],
)
rows.run(
    "array and map parameters",
    lambda: query(connection, "SELECT array_contains(:a, 2), :m['k'], size(:m)", {"a": [1, 2], "m": {"k": 7, "n": None}}),
    [(True, 7, 2)],
)


def changes():
    counts = []
    with connection.cursor() as cursor:
        for text in [
            "CREATE OR REPLACE TABLE main.default.clients AS SELECT id FROM range(5)",
            "INSERT INTO main.default.clients VALUES (7), (8)",
            "UPDATE main.default.clients SET id = id + 1 WHERE id < 3",
            "DELETE FROM main.default.clients WHERE id > 6",
            "MERGE INTO main.default.clients t USING (SELECT 1L id UNION ALL SELECT 99L) s ON t.id = s.id "
            "WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT *",
            "SELECT * FROM main.default.clients",
        ]:
            cursor.execute(text)
            counts.append(cursor.rowcount)
    return counts


counts = [-1, 2, 3, 2, 2, -1] if COUNTS_CHANGES else [-1] * 6
rows.run("INSERT, UPDATE, DELETE, MERGE, CTAS: cursor.rowcount", changes, counts)


def listed(**options):
    orders = {"catalog_name": "samples", "schema_name": "tpch", "table_name": "orders"}
    with connect(**options) as other, other.cursor() as cursor:
        catalogs = [row[0] for row in cursor.catalogs().fetchall()]
        schemas = cursor.schemas(catalog_name="samples", schema_name="tp%").fetchall()
        tables = cursor.tables(**orders, table_types=["TABLE"]).fetchall()
        columns = cursor.columns(**orders).fetchall()
        return "samples" in catalogs, len(schemas), len(tables), len(columns)


LISTED = "cursor.catalogs(), schemas(), tables(), columns()"
rows.run(LISTED, listed, (True, 1, 1, 9))


def arrow(count, **options):
    with connect(**options) as other, other.cursor() as cursor:
        cursor.execute(f"SELECT id, CAST(id AS STRING) s, CAST(id AS DOUBLE) d FROM range({count})")
        return cursor.fetchall_arrow().num_rows


rows.run("fetchall_arrow of 1,000,000 rows, by links", lambda: arrow(1_000_000), 1_000_000)
rows.run("use_cloud_fetch=False, 1,000,000 rows", lambda: arrow(1_000_000, use_cloud_fetch=False), 1_000_000)
SETTINGS = {"STATEMENT_TIMEOUT": "60", "QUERY_TAGS": "team:x"}
rows.run(
    "session_configuration",
    lambda: once("SET statement_timeout", session_configuration=SETTINGS),
    [("statement_timeout", "60")],
)
rows.refused(
    "an unknown setting is refused",
    lambda: connect(session_configuration={"spark.nothing": "1"}),
    "CONFIG_NOT_AVAILABLE",
)
rows.refused("an unknown catalog is refused", lambda: connect(catalog="nope"), "CATALOG_NOT_FOUND")
rows.refused(
    "an unknown warehouse is refused with its reason",
    # Older connectors try again for a quarter of an hour, and then say only that.
    lambda: connect(http_path="/sql/1.0/warehouses/nope", _retry_stop_after_attempts_duration=2),
    "SQL warehouse does not exist" if COUNTS_CHANGES else "Retry request would exceed",
)
rows.refused("a wrong token is refused", lambda: connect(token="wrong"), "Invalid access token")


def asynchronous():
    with connection.cursor() as cursor:
        cursor.execute_async("SELECT 5")
        while cursor.is_query_pending():
            time.sleep(0.1)
        cursor.get_async_execution_result()
        return cursor.fetchone()[0]


rows.run("execute_async", asynchronous, 5)
ENDLESS = "SELECT count(*) FROM range(100000000000) WHERE id % 7 = 3 AND sqrt(id) > 5"


def cancelled():
    with connection.cursor() as cursor:
        threading.Timer(1, cursor.cancel).start()
        cursor.execute(ENDLESS)


rows.refused("cursor.cancel()", cancelled, "OPERATION_CANCELED")


def local(path, method="GET"):
    context = ssl.create_default_context(cafile=CA_FILE)
    request = urllib.request.Request(f"{URL}/_local/{path}", method=method)
    with urllib.request.urlopen(request, context=context) as reply:
        return json.load(reply)


def polls():
    """How often the connector asks for the status of a statement of 50 s."""
    local("requests", "DELETE")
    with connect(session_configuration={"STATEMENT_TIMEOUT": "50"}) as other:
        try:
            query(other, ENDLESS)
        except sql.Error as error:
            if "QUERY_TIMEOUT" not in str(error):
                raise
    return sum(one.get("thriftMethod") == "GetOperationStatus" for one in local("requests")["requests"])


asked = polls()
rows.run(f"a statement of 50 s: {asked} polls, fewer than 60", lambda: 0 < asked < 60, True)
if COUNTS_CHANGES:
    rows.run("SET AUTOCOMMIT", lambda: query(connection, "SET AUTOCOMMIT"), [("true",)])
    rows.run("use_sea=True", lambda: once(NESTED, use_sea=True) is not None, True)
    rows.run(f"use_sea=True, {LISTED}", lambda: listed(use_sea=True), (True, 1, 1, 9))
    rows.run("use_sea=True, fetchall_arrow of 1,000,000 rows", lambda: arrow(1_000_000, use_sea=True), 1_000_000)
connection.close()
rows.end()
