#!/bin/bash
# Writes docs/openapi.yaml and docs/operations.md anew, which the tests compare with the contract.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/toolchain.sh
source scripts/toolchain.sh
exec node_modules/.bin/vitest run apps/api/src/openapi/committed-document.test.ts scripts/operations-page.test.ts --update=all
