#!/usr/bin/env bash
# Asks a real Prometheus every query of deploy/grafana and deploy/prometheus while the product is under load: each must return data.
# Needs prometheus and promtool of the same folder, version 2.42 or later: PROMETHEUS=/path/to/prometheus, or on the PATH. Debian has
# both in the package prometheus; https://prometheus.io/download has them for other systems. Exit code 77: there is none.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node scripts/dashboard/check.ts
