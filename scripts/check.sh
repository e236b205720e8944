#!/usr/bin/env bash
# The checks beside the tests: types, lint, import rules, formatting, dead code, licences.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"

failed=()
check() { # check "what" command...
  local what=$1; shift
  if "$@"; then echo "ok: $what"; else failed+=("$what"); echo "FAILED: $what ($*)" >&2; fi
}
check "types" pnpm exec tsc --noEmit --project .
check "types of the console" pnpm exec tsc --noEmit --project apps/console
check "types of the console's tests" pnpm exec tsc --noEmit --project apps/console/tsconfig.test.json
check "lint" pnpm exec oxlint --type-aware --quiet
check "import rules" node scripts/imports/check.ts
check "format" pnpm exec biome check --error-on-warnings .
check "dead code" pnpm exec knip
check "licences" node scripts/check-licences.ts

[ ${#failed[@]} -eq 0 ] || { printf 'failed: %s\n' "${failed[@]}" >&2; exit 1; }
