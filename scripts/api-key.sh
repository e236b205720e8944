#!/usr/bin/env bash
# Makes an API key for API_AUTH=api-key: ./scripts/api-key.sh NAME OPERATION... [--days N]
set -euo pipefail
# toolchain.sh goes to the root of the checkout.
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
exec node apps/api/src/make-api-key.ts "$@"
