#!/usr/bin/env bash
# Packs the packages that other projects can use into packed/, each as `npm publish` takes it.
set -euo pipefail
# toolchain.sh goes to the root of the checkout.
source "$(dirname "${BASH_SOURCE[0]}")/toolchain.sh"
rm -rf packed
exec node scripts/pack-packages.ts packed
