#!/usr/bin/env bash
# Tries every operation at the workspace that DATABRICKS_* names: ./scripts/live.sh [vitest arguments, e.g. -t list_tables]
#
# It makes a schema (front_door_live_…) in LIVE_CATALOG, or in the first catalog that lets it, and removes it. It starts the
# warehouse if it is stopped. What the identity may not do is skipped, and the output says why.
set -euo pipefail
if [ -z "${DATABRICKS_HOST:-}" ]; then
  echo "DATABRICKS_HOST is not set: name the workspace, and an identity as for ./scripts/start.sh" >&2
  exit 2
fi
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec pnpm exec vitest run --config apps/databricks-gateway/test/live/vitest.config.ts --root . "$@"
