#!/bin/bash
# Writes docs/openapi.yaml anew, which the tests compare with the API document that the front door serves.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/toolchain.sh
source scripts/toolchain.sh
exec node_modules/.bin/vitest run apps/api/src/openapi/committed-document.test.ts --update=all
