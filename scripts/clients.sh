#!/usr/bin/env bash
# Runs Python's Databricks clients against a local workspace and prints a table of what they did, for docs/local-workspace.md.
# Needs python3 and a package index. The clients are installed into .clients/, once. It is not part of the tests.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"

clients=(
  "python-connector.py databricks-sql-connector[pyarrow]==4.9.0"
  "python-connector.py databricks-sql-connector==4.0.5 pyarrow"
  "sqlalchemy-reflection.py databricks-sqlalchemy==2.0.10 pandas pyarrow"
  "dbt.py dbt-databricks==1.10.19"
  "python-sdk.py databricks-sdk==0.162.0"
)

state=$(mktemp -d)
trap 'kill "${workspace:-}" 2>/dev/null || true; wait; rm -rf "$state"' EXIT
export LOCAL_WORKSPACE_PORT=${LOCAL_WORKSPACE_PORT:-3903} LOCAL_WORKSPACE_CA="$state/workspace/tls/ca.pem"
UV_THREADPOOL_SIZE=32 LOCAL_WORKSPACE_DIR="$state/workspace" \
  node packages/local-workspace/src/server.ts >"$state/ready" 2>"$state/log" &
workspace=$!
until grep -q ready "$state/ready"; do
  kill -0 "$workspace" 2>/dev/null || { cat "$state/log" >&2; exit 1; }
  sleep 0.2
done

status=0
echo "| client | version | what ran | result |"
echo "| --- | --- | --- | --- |"
for client in "${clients[@]}"; do
  read -r script packages <<<"$client"
  environment=".clients/$(tr -c 'a-z0-9.\n' - <<<"$packages")"
  if ! [ -e "$environment/ready" ]; then
    python3 -m venv "$environment"
    # One word for each package.
    # shellcheck disable=SC2086
    "$environment/bin/pip" --quiet install $packages >&2
    touch "$environment/ready"
  fi
  "$environment/bin/python" "scripts/clients/$script" 2>>"$state/log" | sed 's/|/\\|/g; s/\t/ | /g; s/^/| /; s/$/ |/' || status=1
done
exit "$status"
