#!/usr/bin/env bash
# Builds the image, runs it as docs/deploy.md says and looks whether it keeps its promises: ./scripts/container-check.sh
# It takes the container engine that runs. Without one, as root, it starts one with the machine's own tool, if that lies
# beside the checkout (../shared/tools/container-engine.sh) or CONTAINER_ENGINE_TOOL names it, and stops it afterwards.
# Exit codes: 0 all passed; 1 something failed; 77 skipped, since no engine could be started.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"

skip() {
  echo "container: SKIPPED, nothing was checked: $*"
  exit 77
}
has_engine() { docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; }
with_tool() { # with_tool COMMAND   its output only when it fails
  "$tool" "$1" >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }
}

tool=${CONTAINER_ENGINE_TOOL:-$root/../shared/tools/container-engine.sh}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! has_engine; then
  [ -x "$tool" ] || skip "no container engine answers ('docker info', 'docker compose version')."
  [ "$(id -u)" = 0 ] || skip "no container engine answers, and only root can start one."
  say "No container engine answers: starting one ..."
  command -v dockerd >/dev/null || with_tool install || skip "no container engine could be installed."
  trap 'rm -f "$log"; "$tool" stop >/dev/null 2>&1' EXIT
  with_tool start || skip "the container engine does not start."
  has_engine || skip "the container engine was started and does not answer."
fi
base=$(sed -n 's/^FROM \(node:[^ ]*\) AS build$/\1/p' Dockerfile)
docker image inspect "$base" >/dev/null 2>&1 || docker pull --quiet "$base" >/dev/null 2>&1 ||
  { [ -x "$tool" ] && with_tool base; } || skip "the base image $base can be had neither from a registry nor from the machine's tool."
node scripts/container/check/check.ts
