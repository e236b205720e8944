#!/bin/bash
# Run by the Dockerfile where the production dependencies are installed: copies them into the image's folder without what
# nothing loads at run time (types, source maps, tests, documents), and puts the first
# program in its place.
#   install-modules.sh <folder>
set -euo pipefail
image=$1

# Only what the three programs resolve: the code of our other packages is in the programs' bundles.
for modules in node_modules apps/*/node_modules packages/local-workspace/node_modules; do
  [ -d "$modules" ] || continue
  mkdir -p "$image/$modules"
  cp -a "$modules/." "$image/$modules/"
done
# The links to our own packages would lead nowhere.
rm -rf "$image"/node_modules/@front-door "$image"/{apps,packages}/*/node_modules/@front-door
find "$image" \( -name .bin -o -name .pnpm -o -name '.modules.yaml' -o -name '.pnpm-workspace-state*.json' -o -name '@types' \) \
  -prune -exec rm -rf {} +
find "$image" -path '*/node_modules/*' -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -name '*.md' \
  -o -name '*.markdown' -o -name '*.test.*' -o -name '*.spec.*' -o -name '*.tsbuildinfo' -o -name '.*' \) \
  ! -iname 'licen[cs]e*' -delete
# At a package's top and where a package's own build has put its tests; elsewhere a folder of such a name can be code.
find "$image" -path '*/node_modules/*' -type d -regextype posix-extended \
  \( -regex '.*/node_modules/(@[^/]+/)?[^/@]+/(\.github|\.vscode|__tests__|benchmarks?|coverage|docs?|examples?|tests?)' \
  -o -regex '.*/(build|dist)/((cjs|esm)/)?(__tests__|tests?)' \) -prune -exec rm -rf {} +
find "$image" -type d -empty -delete
chown -R root:root "$image"
chmod -R u=rwX,go=rX "$image"
# The gateway's folder is for the gateway's group alone (prepare-system.sh): a settings file may be mounted into it.
chgrp -R 10002 "$image/apps/databricks-gateway"
chmod -R o= "$image/apps/databricks-gateway"
install -m 0755 scripts/container/entrypoint.sh "$image/entrypoint.sh"
