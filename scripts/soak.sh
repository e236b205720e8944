#!/usr/bin/env bash
# Runs the product for an hour under load, faults, kills and rotations, and compares every reply with what it has to be:
# ./scripts/soak.sh [--minutes N] [--seed S]
# It needs Linux (/proc). Exit code 1: a wrong reply, or something that grows, which a run of less than 50 minutes does not judge.
# --report FILE, with the file that a soak says at its end, writes the figures into docs/reliability.md and plots into docs/images.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node scripts/soak/soak.ts "$@"
