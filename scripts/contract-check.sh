#!/bin/bash
# Checks the API document and the started product with tools that others use: Redocly, Spectral and Schemathesis. They are
# installed into a cache folder on the first run. Not a part of ./scripts/test.sh.
#   ./scripts/contract-check.sh [examples per route, 20 by default]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/toolchain.sh
source scripts/toolchain.sh
examples=${1:-20}
tools=${XDG_CACHE_HOME:-$HOME/.cache}/front-door/contract-check
state=$(mktemp -d)
port=${PORT:-3901}
failed=0
skipped=
product=

finish() {
  if [ -n "$product" ]; then
    kill "$product" 2>/dev/null || true
    wait "$product" 2>/dev/null || true
  fi
  rm -rf "$state"
}
trap finish EXIT

mkdir -p "$tools"
# Both leave the network alone if the cache has these versions. Another version in the cache is not used.
skip() { skipped+=" $*" && echo "NOT CHECKED by $*: not in the cache in this version, and cannot be installed"; }
npm install --prefix "$tools" --prefer-offline --no-audit --no-fund --ignore-scripts --silent \
  @redocly/cli@2.77.0 @stoplight/spectral-cli@6.16.3 || skip Redocly Spectral
[ -x "$tools/python/bin/pip" ] || python3 -m venv "$tools/python" || true
"$tools/python/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5 || skip Schemathesis

PORT=$port GATEWAY_PORT=off HOST=127.0.0.1 LOCAL_WORKSPACE_PORT=$((port + 2)) LOCAL_WORKSPACE_DIR=$state/workspace \
  SETTINGS_FILE=$state/settings node scripts/start.ts >"$state/log" 2>&1 &
product=$!
looks=0
until curl --silent --fail "http://127.0.0.1:$port/ready" >/dev/null; do
  if ! kill -0 "$product" 2>/dev/null || [ $((looks += 1)) -gt 120 ]; then
    cat "$state/log"
    echo "The product is not ready: its log is above."
    exit 1
  fi
  sleep 0.5
done
curl --silent --fail "http://127.0.0.1:$port/openapi.json" >"$state/openapi.json"

# check <name> <program> <arguments…>
check() {
  [[ " $skipped " != *" $1 "* ]] || return 0
  echo "== $1"
  if "${@:2}"; then echo "$1: ok"; else failed=1 && echo "$1: FAILED"; fi
}
export REDOCLY_TELEMETRY=off
check Redocly "$tools/node_modules/.bin/redocly" lint --extends recommended "$state/openapi.json"
echo 'extends: ["spectral:oas"]' >"$state/spectral.yaml"
check Spectral "$tools/node_modules/.bin/spectral" lint --fail-severity warn --ruleset "$state/spectral.yaml" "$state/openapi.json"
root=$PWD
# Schemathesis writes into the folder that it is started in.
cd "$state"
check Schemathesis "$tools/python/bin/schemathesis" --config-file "$root/scripts/schemathesis.toml" run "$state/openapi.json" \
  --url "http://127.0.0.1:$port" --max-examples "$examples" --continue-on-failure --no-color
exit "$failed"
