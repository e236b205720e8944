#!/usr/bin/env bash
# Writes the software bill of materials of the image's packages, from the lock file: CycloneDX 1.6, JSON.
#   ./scripts/sbom.sh [file]     default: sbom.cdx.json
# The image has its own at /app/sbom.cdx.json, with Node and Debian's packages in it too.
set -euo pipefail
file=${1:-sbom.cdx.json}
here=$(dirname "${BASH_SOURCE[0]}")
# The Dockerfile has brought the pinned pnpm already.
command -v pnpm >/dev/null || source "$here/toolchain.sh"
cd "$here/.."
pnpm sbom --prod --sbom-format cyclonedx --sbom-spec-version 1.6 --sbom-type application --out "$file" \
  --filter @front-door/api --filter @front-door/databricks-gateway --filter @front-door/local-workspace...
