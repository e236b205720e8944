"""The Python SDK against the local workspace."""

import io
import os
import tempfile

# The SDK's HTTP client trusts what this names.
os.environ["REQUESTS_CA_BUNDLE"] = os.environ["LOCAL_WORKSPACE_CA"]

from databricks.sdk import WorkspaceClient  # noqa: E402
from databricks.sdk.service import catalog, jobs, pipelines, sql  # noqa: E402
from databricks.sdk.version import __version__  # noqa: E402
from rows import TOKEN, URL, WAREHOUSE, Rows  # noqa: E402

rows = Rows("databricks-sdk", __version__)
client = WorkspaceClient(host=URL, token=TOKEN, auth_type="pat")
APP = "0f6c2b1e-5d34-4c88-8e9a-70b1a4c7d923"
VOLUME = "/Volumes/sdk_clients/files/raw"


def as_app():
    secret = "local-secret-front-door-gateway"
    app = WorkspaceClient(host=URL, client_id=APP, client_secret=secret, auth_type="oauth-m2m")
    return app.current_user.me().user_name


rows.run("personal access token", lambda: client.current_user.me().user_name, "alice@example.com")
rows.run("OAuth M2M", as_app, APP)
rows.run("get_workspace_id()", lambda: client.get_workspace_id() > 0, True)


def securables():
    client.catalogs.create(name="sdk_clients", comment="made by a client")
    client.catalogs.update("sdk_clients", isolation_mode=catalog.CatalogIsolationMode.ISOLATED)
    client.schemas.create(name="files", catalog_name="sdk_clients")
    managed = catalog.VolumeType.MANAGED
    client.volumes.create(catalog_name="sdk_clients", schema_name="files", name="raw", volume_type=managed)
    return [
        client.catalogs.get("sdk_clients").isolation_mode.value,
        [one.name for one in client.schemas.list("sdk_clients")],
        [one.name for one in client.volumes.list("sdk_clients", "files")],
    ]


rows.run("catalogs, schemas, volumes", securables, ["ISOLATED", ["default", "files"], ["raw"]])


def grants():
    change = catalog.PermissionsChange(principal="bob@example.com", add=[catalog.Privilege.USE_CATALOG])
    client.grants.update("catalog", "sdk_clients", changes=[change])
    effective = client.grants.get_effective("schema", "sdk_clients.files").as_dict()
    return effective["privilege_assignments"][0]["privileges"][0]["inherited_from_name"]


rows.run("grants, effective permissions", grants, "sdk_clients")


def statement(text, **options):
    return client.statement_execution.execute_statement(statement=text, warehouse_id=WAREHOUSE, **options)


ARROW = {"disposition": sql.Disposition.EXTERNAL_LINKS, "format": sql.Format.ARROW_STREAM}
FIVE = sql.StatementParameterListItem(name="p", value="5", type="INT")
rows.run(
    "statement execution, inline and by links",
    lambda: [
        statement("SELECT 1, :p", parameters=[FIVE]).result.data_array,
        statement("SELECT id FROM range(100000)", **ARROW).manifest.total_row_count,
    ],
    [[["1", "5"]], 100_000],
)


def table():
    statement("CREATE TABLE sdk_clients.files.t (id INT PRIMARY KEY, n STRING) CLUSTER BY (n)")
    found = client.tables.get("sdk_clients.files.t")
    return [found.table_constraints[0].primary_key_constraint.child_columns, client.tables.exists(found.full_name).table_exists]


rows.run("tables with keys", table, [["id"], True])
rows.run(
    "warehouses, stop and start",
    lambda: [
        client.warehouses.stop_and_wait(WAREHOUSE).state.value,
        client.warehouses.start_and_wait(WAREHOUSE).state.value,
    ],
    ["STOPPED", "RUNNING"],
)


def small_files():
    path = f"{VOLUME}/d/a b%?#é.txt"
    client.files.create_directory(f"{VOLUME}/d/e")
    client.files.upload(path, io.BytesIO(b"hello"), overwrite=True)
    content = client.files.download(path).contents.read()
    size = client.files.get_metadata(path).content_length
    return [content, size, sorted(one.name for one in client.files.list_directory_contents(f"{VOLUME}/d"))]


rows.run("files with odd names", small_files, [b"hello", 5, ["a b%?#é.txt", "e"]])
BIG = os.urandom(70 * 1024 * 1024)


def big_file():
    client.files.upload(f"{VOLUME}/big.bin", io.BytesIO(BIG), overwrite=True)
    return client.files.download(f"{VOLUME}/big.bin").contents.read() == BIG


rows.run("upload and download of 70 MiB", big_file, True)


def big_file_on_disk():
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "source"), os.path.join(folder, "target")
        with open(source, "wb") as file:
            file.write(BIG)
        client.files.upload_from(f"{VOLUME}/big2.bin", source, overwrite=True)
        client.files.download_to(f"{VOLUME}/big2.bin", target)
        with open(target, "rb") as file:
            return file.read() == BIG


rows.run("upload_from and download_to of 70 MiB", big_file_on_disk, True)


def file_system():
    fs = client.dbutils.fs
    fs.put(f"{VOLUME}/h.txt", "hey", True)
    fs.mkdirs(f"{VOLUME}/m")
    fs.cp(f"{VOLUME}/h.txt", f"{VOLUME}/m/copy.txt")
    fs.mv(f"{VOLUME}/m/copy.txt", f"{VOLUME}/m/moved.txt")
    found = [fs.head(f"{VOLUME}/h.txt"), [one.name for one in fs.ls(f"{VOLUME}/m")]]
    fs.rm(f"{VOLUME}/m", True)
    return found


rows.run("dbutils.fs: put, head, mkdirs, cp, mv, ls, rm", file_system, ["hey", ["moved.txt"]])
rows.run("query history", lambda: len(client.query_history.list(max_results=2).res), 2)


def sql_job():
    client.files.upload(f"{VOLUME}/one.sql", io.BytesIO(b"SELECT :n AS n"), overwrite=True)
    task = jobs.SqlTask(warehouse_id=WAREHOUSE, file=jobs.SqlTaskFile(path=f"{VOLUME}/one.sql"), parameters={"n": "1"})
    job = client.jobs.create(name="by the SDK", tasks=[jobs.Task(task_key="one", sql_task=task)])
    client.jobs.update(job.job_id, new_settings=jobs.JobSettings(name="changed"))
    run = client.jobs.run_now(job.job_id, idempotency_token=str(job.job_id)).result()
    output = client.jobs.get_run_output(run.tasks[0].run_id)
    listed = [len(list(client.jobs.list(name="changed"))), len(list(client.jobs.list_runs(job_id=job.job_id)))]
    client.jobs.delete(job.job_id)
    return [run.state.result_state.value, output.sql_output.query_output.query_text, listed]


rows.run("a job: create, update, run, output, lists, delete", sql_job, ["SUCCESS", "SELECT :n AS n", [1, 1]])


def missing_job():
    try:
        client.jobs.get(1)
    except Exception as error:
        return type(error).__name__


rows.run("a job that does not exist", missing_job, "ResourceDoesNotExist")


def failed_run():
    task = jobs.SubmitTask(task_key="n", notebook_task=jobs.NotebookTask(notebook_path="/n"))
    run = client.jobs.submit(tasks=[task])
    try:
        run.result()
    except Exception as error:
        client.jobs.repair_run(run.run_id, rerun_all_failed_tasks=True)
        client.jobs.cancel_run_and_wait(run.run_id)
        return str(error).split(": ")[-1]


rows.run(
    "a run that fails, its repair, cancelled", failed_run, "the local workspace runs no notebooks."
)


def cluster():
    one = next(iter(client.clusters.list())).cluster_id
    states = [client.clusters.start_and_wait(one).state.value, client.clusters.delete_and_wait(one).state.value]
    return states + [next(iter(client.clusters.events(one))).type.value]


rows.run("a cluster: start, stop, events", cluster, ["RUNNING", "TERMINATED", "TERMINATING"])
rows.run(
    "policies, node types, pools",
    lambda: [
        len(list(client.cluster_policies.list())),
        len(client.clusters.list_node_types().node_types),
        len(list(client.instance_pools.list())),
    ],
    [1, 2, 1],
)


def pipeline():
    one = next(iter(client.pipelines.list_pipelines(filter="name LIKE '%Trips%'"))).pipeline_id
    update = client.pipelines.start_update(one).update_id
    client.pipelines.wait_get_pipeline_idle(one)
    updates = client.pipelines.list_updates(one).updates
    event = next(iter(client.pipelines.list_pipeline_events(one))).message
    return [updates[0].update_id == update, updates[0].state == pipelines.UpdateInfoState.COMPLETED, event.split()[-1]]


rows.run("a pipeline: update, events", pipeline, [True, True, "COMPLETED."])
def tags():
    api = client.entity_tag_assignments
    name = {"entity_type": "columns", "entity_name": "main.sales.orders.amount"}
    api.create(catalog.EntityTagAssignment(**name, tag_key="unit", tag_value="USD"))
    changed = catalog.EntityTagAssignment(**name, tag_key="unit", tag_value="EUR")
    api.update(**name, tag_key="unit", tag_assignment=changed, update_mask="tag_value")
    found = [api.get(**name, tag_key="unit").tag_value, [one.tag_key for one in api.list(**name)]]
    api.delete(**name, tag_key="unit")
    return [*found, list(api.list(**name))]


rows.run("tags of a column", tags, ["EUR", ["unit"], []])


def lineage():
    statement("CREATE TABLE sdk_clients.files.copied AS SELECT * FROM main.sales.orders")
    query = {"table_name": "sdk_clients.files.copied"}
    found = client.api_client.do("GET", "/api/2.0/lineage-tracking/table-lineage", query=query)
    return [one["tableInfo"]["name"] for one in found["upstreams"]]


rows.run("lineage of a table", lineage, ["orders"])


def summaries():
    found = client.tables.list_summaries("main", schema_name_pattern="sal%", table_name_pattern="%order%", max_results=1)
    return [[one.full_name for one in found], client.tables.exists("main.sales.orders").table_exists]


rows.run("table summaries by patterns", summaries, [["main.sales.open_orders", "main.sales.orders"], True])


def saved_queries():
    found = sorted(one.display_name for one in client.queries.list(page_size=1))
    return [found, client.queries.get("6f1c2b3a-0d4e-4f5a-9b8c-7d6e5f4a3b2c").query_text]


rows.run(
    "saved queries",
    saved_queries,
    [["Ledger by account", "Open orders", "Trips by zip code"], "SELECT * FROM main.sales.open_orders"],
)


def filtered_history():
    failed = sql.QueryFilter(statuses=[sql.QueryStatus.FAILED], warehouse_ids=[WAREHOUSE])
    statement("SELECT * FROM main.sales.nowhere")
    return {one.status.value for one in client.query_history.list(filter_by=failed).res}


rows.run("query history by filters", filtered_history, {"FAILED"})
rows.run("removal of all of it", lambda: client.catalogs.delete("sdk_clients", force=True))
rows.end()
