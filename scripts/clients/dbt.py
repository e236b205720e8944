"""dbt against the local workspace: a project with every incremental strategy, twice, in both ways of materialization."""

import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from rows import Rows

rows = Rows("dbt-databricks", importlib.metadata.version("dbt-databricks"))
PROJECT = pathlib.Path(__file__).parent / "dbt-shop"
DBT = pathlib.Path(sys.executable).parent / "dbt"
QUIET = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "0", "DO_NOT_TRACK": "1"}


def dbt(folder, *arguments):
    command = [DBT, "--no-version-check", *arguments, "--profiles-dir", "."]
    done = subprocess.run(command, cwd=folder, env=QUIET, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stdout[-2000:])


def results(folder):
    found = json.loads((folder / "target" / "run_results.json").read_text())
    return {one["unique_id"].split(".")[2]: one["status"] for one in found["results"]}


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary) / "shop"
    shutil.copytree(PROJECT, folder)
    for way in ["", " with use_materialization_v2"]:
        if way:
            with (folder / "dbt_project.yml").open("a") as file:
                file.write("flags: {use_materialization_v2: true}\n")
        runs = []
        for time in ["first", "second"]:
            full = ["--full-refresh"] if way and time == "first" else []
            rows.run(f"build: seed, run, snapshot, test{way}, the {time} time", lambda: dbt(folder, "build", *full))
            runs.append(results(folder))
        for name in sorted(runs[0]):
            if name.startswith("inc_"):
                strategy = name.removeprefix("inc_")
                rows.run(f"incremental: {strategy}{way}, twice", lambda: [run[name] for run in runs], ["success"] * 2)
    rows.run("docs generate", lambda: dbt(folder, "docs", "generate"))
rows.end()
