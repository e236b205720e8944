#!/bin/bash
# Run by the Dockerfile where the production dependencies are installed. Copies them into the image's folder, without the
# types, source maps, tests and documents that nothing loads at run time, and adds the entry point.
#   install-modules.sh <folder>
set -euo pipefail
image=$1

# Only what the three programs resolve: the code of our other packages is in the programs' bundles.
for modules in node_modules apps/*/node_modules packages/local-workspace/node_modules; do
  [ -d "$modules" ] || continue
  mkdir -p "$image/$modules"
  cp -a "$modules/." "$image/$modules/"
done
# The bundles contain our own packages. Links to them would be broken.
rm -rf "$image"/node_modules/@front-door "$image"/{apps,packages}/*/node_modules/@front-door
find "$image" \( -name .bin -o -name .pnpm -o -name '.modules.yaml' -o -name '.pnpm-workspace-state*.json' -o -name '@types' \) \
  -prune -exec rm -rf {} +
find "$image" -path '*/node_modules/*' -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -name '*.md' \
  -o -name '*.markdown' -o -name '*.test.*' -o -name '*.spec.*' -o -name '*.tsbuildinfo' -o -name '.*' \) \
  ! -iname 'licen[cs]e*' -delete
# Only at the top of a package and where its build has put its tests: elsewhere such a folder can be code.
find "$image" -path '*/node_modules/*' -type d -regextype posix-extended \
  \( -regex '.*/node_modules/(@[^/]+/)?[^/@]+/(\.github|\.vscode|__tests__|benchmarks?|coverage|docs?|examples?|tests?)' \
  -o -regex '.*/(build|dist)/((cjs|esm)/)?(__tests__|tests?)' \) -prune -exec rm -rf {} +
# Of Scalar, the one file that is served.
find "$image" -path '*/node_modules/@scalar/api-reference/*' -type f \
  ! -path '*/dist/browser/standalone.js' ! -path '*/api-reference/package.json' ! -ipath '*/api-reference/licen[cs]e*' -delete
find "$image" -type d -empty -delete
chown -R root:root "$image"
chmod -R u=rwX,go=rX "$image"
# Only the gateway's group may read the gateway's folder, because a settings file can be mounted there (prepare-system.sh).
chgrp -R 10002 "$image/apps/databricks-gateway"
chmod -R o= "$image/apps/databricks-gateway"
install -m 0755 scripts/container/entrypoint.sh "$image/entrypoint.sh"
