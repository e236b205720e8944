#!/usr/bin/env bash
# Runs the whole product: ./scripts/start.sh [--dev]
# Without a configured DATABRICKS_HOST it starts a local workspace first and runs on that. --dev restarts a process
# when its sources change. The first SIGINT, SIGTERM or SIGHUP stops everything in order, within ten seconds by default, a second one at once.
# Exit codes: 0 stopped by a signal; 1 a process died, kept crashing or did not come up; 2 a setting that cannot be used,
# for example a port that is in use; 128 + the signal's number after a second signal (130 for Ctrl-C, 143 for SIGTERM).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node scripts/start.ts "$@"
