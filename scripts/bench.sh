#!/usr/bin/env bash
# Measures this product beside what a team would use instead: ./scripts/bench.sh [--quick] [scenario ...]
# --quick takes less than five minutes, a whole run about 35; both write docs/performance.md. With scenarios (parts of
# their names) only these run, and the report stays as it is. --install brings the contenders that are not dependencies
# of this repository (Python packages, AppKit, nginx) into ignored folders below bench/. --report writes the report
# again from the last results. --record-counts writes bench/baseline.json, the counted work to compare with.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node bench/src/bench.ts "$@"
