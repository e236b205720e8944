#!/bin/bash
# Runs the conformance suite of the Model Context Protocol against /mcp, with the fixtures that the suite calls in place of the
# product's tools (apps/api/test/conformance-server.ts). The suite is installed into a cache folder on the first run. Not a part
# of ./scripts/test.sh.
#   ./scripts/mcp-conformance.sh [--scenario <name>]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/toolchain.sh
source scripts/toolchain.sh
tools=${XDG_CACHE_HOME:-$HOME/.cache}/front-door/mcp-conformance
state=$(mktemp -d)
server=

finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$state"
}
trap finish EXIT

mkdir -p "$tools"
npm install --prefix "$tools" --prefer-offline --no-audit --no-fund --ignore-scripts --silent \
  @modelcontextprotocol/conformance@0.1.16

# In the older revision, which the suite speaks, a stateless server can ask the client nothing: neither a model nor a person. It
# keeps no events to send again either: server-sse-polling only warns, and the suite wants it here all the same.
cat >"$state/expected-failures.yaml" <<'YAML'
server:
  - tools-call-sampling
  - tools-call-elicitation
  - elicitation-sep1034-defaults
  - elicitation-sep1330-enums
  - server-sse-polling
YAML

node apps/api/test/conformance-server.ts >"$state/url" &
server=$!
looks=0
until [ -s "$state/url" ]; do
  if ! kill -0 "$server" 2>/dev/null || [ $((looks += 1)) -gt 240 ]; then
    echo "The server is not ready."
    exit 1
  fi
  sleep 0.5
done
url=$(cat "$state/url")
# The suite writes its results into the folder that it is started in.
cd "$state"
node "$tools/node_modules/@modelcontextprotocol/conformance/dist/index.js" server --url "$url" --suite all \
  --expected-failures "$state/expected-failures.yaml" "$@"
