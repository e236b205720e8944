#!/usr/bin/env bash
# Makes pictures of the console in Chromium, light and dark, 1440 px and 360 px wide: ./scripts/screenshots.sh [folder] [view ...]
# The folder is `screenshots` unless one is named. With views (parts of their names) only these are made. Those that
# README.md shows are written to docs/images, too.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node scripts/screenshots.ts "$@"
