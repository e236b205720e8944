#!/usr/bin/env bash
# Runs the whole product: ./scripts/start.sh [--dev]
# Without a configured DATABRICKS_HOST it starts a local workspace first and runs on that. --dev restarts a process
# when its sources change. Exit codes: 0 stopped by a signal, 1 a process died or kept crashing, 2 a bad setting.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node scripts/start.ts "$@"
