#!/usr/bin/env bash
# Runs the tests of the pages in Chromium: ./scripts/browser-tests.sh [vitest arguments, e.g. a part of a file's name]
# Exits with 77 where there is no Chromium.
set -euo pipefail
[ -x /usr/bin/chromium ] || { echo "These tests need Debian's Chromium, /usr/bin/chromium: apt-get install chromium" >&2; exit 77; }
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec pnpm exec vitest run --config vitest.browser.config.ts "$@"
