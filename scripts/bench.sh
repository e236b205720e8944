#!/usr/bin/env bash
# Measures this product beside what a team would use instead: ./scripts/bench.sh [--quick] [scenario ...]
# --quick takes less than five minutes, the whole run about 31; both write docs/performance.md. With scenarios (parts
# of their names) only these are run, and the report stays as it is. --install brings the contenders that are no
# dependencies of this repository (Python packages, AppKit, nginx) into ignored folders below bench/; nothing else does.
# --report writes the report anew out of the last results. --check-counts counts the work for a request, which is the same on
# any machine, and fails when it is more than in bench/baseline.json; --record-counts writes that file anew.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node bench/src/bench.ts "$@"
