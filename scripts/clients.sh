#!/usr/bin/env bash
# Runs Databricks' clients against a local workspace and prints a table of what they did, for docs/local-workspace.md.
# Needs python3 and a package index, and Java 17 and Maven for the JDBC driver. The clients are installed into .clients/, once. It is not part of the tests.
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

jdbc() {
  local name=$1 version=$2 options=$3
  local jar=$PWD/.clients/databricks-jdbc-$version.jar program=$PWD/scripts/clients/Jdbc.java
  if ! [ -e "$jar" ]; then
    mvn --quiet --batch-mode dependency:copy "-Dartifact=com.databricks:databricks-jdbc:$version" \
      -DoutputDirectory=.clients >&2
  fi
  local store=$state/trust.p12
  if ! [ -e "$store" ]; then
    keytool -importcert -noprompt -alias local -file "$LOCAL_WORKSPACE_CA" -keystore "$store" -storepass changeit 2>>"$state/log"
  fi
  local url="jdbc:databricks://127.0.0.1:$LOCAL_WORKSPACE_PORT;httpPath=/sql/1.0/warehouses/a1b2c3d4e5f60718;AuthMech=3"
  url+=";SSLTrustStore=$store;SSLTrustStorePwd=changeit;$options"
  # The driver writes a log where it runs.
  (cd "$state" && java --add-opens=java.base/java.nio=ALL-UNNAMED -cp "$jar" "$program" "$name" "$version" "$url") \
    2>>"$state/log" | sed 's/|/\\|/g; s/\t/ | /g; s/^/| /; s/$/ |/' || status=1
}

if command -v java >/dev/null && command -v mvn >/dev/null && command -v keytool >/dev/null; then
  jdbc databricks-jdbc 3.4.5 ""
  jdbc "databricks-jdbc, REST" 3.4.5 "UseThriftClient=0"
  jdbc databricks-jdbc 3.0.3 ""
  jdbc "databricks-jdbc, REST" 3.0.3 "UseThriftClient=0"
  jdbc databricks-jdbc 2.8.7 EnableArrow=0
  jdbc databricks-jdbc 2.6.40 EnableArrow=0
else
  echo "JDBC is skipped: it needs java, keytool and mvn." >&2
fi
exit "$status"
