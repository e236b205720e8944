#!/usr/bin/env bash
# Builds the image, runs it as docs/deploy.md describes and checks what that page promises: ./scripts/container-check.sh
# It uses the running container engine. If none runs, root can have it start one with a tool for that: the one that
# CONTAINER_ENGINE_TOOL names, or ../shared/tools/container-engine.sh beside the checkout. It stops that engine afterwards.
# Exit codes: 0 everything passed; 1 something failed; 77 skipped because no engine could be started.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"

skip() {
  echo "container: SKIPPED, nothing was checked: $*"
  exit 77
}
has_engine() { docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; }
with_tool() { # with_tool COMMAND   shows its output only when it fails
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
  has_engine || skip "the container engine has started and does not answer."
fi
base=$(sed -n 's/^ARG BASE_IMAGE=//p' Dockerfile)
docker image inspect "$base" >/dev/null 2>&1 || docker pull --quiet "$base" >/dev/null 2>&1 ||
  { [ -x "$tool" ] && with_tool base; } || skip "neither a registry nor the engine tool has the base image $base."
node scripts/container/check/check.ts
