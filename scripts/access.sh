#!/usr/bin/env bash
# Says what ACCESS_FILE lets a caller do: ./scripts/access.sh check NAME OPERATION [--group NAME]... [--mode MODE] ...
set -euo pipefail
# toolchain.sh goes to the root of the checkout, and the file may be named from elsewhere.
export FRONT_DOOR_CALLED_FROM=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node scripts/access.ts "$@"
