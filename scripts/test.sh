#!/usr/bin/env bash
# Runs every test but those in a browser (browser-tests.sh): ./scripts/test.sh [vitest arguments, e.g. a part of a file's name]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec pnpm exec vitest run "$@"
