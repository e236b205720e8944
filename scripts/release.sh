#!/usr/bin/env bash
# Makes a release from this checkout, in one go: the version, the changelog, the packages, the image with its bill of
# materials, the commit and the tag. Nothing leaves this machine: the last lines say how to publish it.
#   BASE_IMAGE=node:24-bookworm-slim@sha256:<digest> ./scripts/release.sh [--dry-run] <version>
# --dry-run checks everything that a release refuses, shows what would change, and changes nothing.
# A release that fails leaves no commit and no tag.
set -euo pipefail

fail() { echo "release: $*" >&2; exit 1; }
dry_run=
[ "${1:-}" != --dry-run ] || { dry_run=yes; shift; }
[ $# = 1 ] || fail "usage: BASE_IMAGE=<image>@sha256:<digest> ./scripts/release.sh [--dry-run] <version>"
version=$1 tag=v$1 base=${BASE_IMAGE:-}
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ $version =~ ^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$ ]] || fail "the version must be like 1.2.3 (got $version)"
[ -z "$(git status --porcelain)" ] || fail "the tree has changes: commit or remove them first"
! git rev-parse --quiet --verify "refs/tags/$tag" >/dev/null || fail "the tag $tag exists"
[[ $base =~ ^[^@[:space:]]+@sha256:[0-9a-f]{64}$ ]] ||
  fail "BASE_IMAGE must name the base image with its digest, like node:24-bookworm-slim@sha256:... (got '$base'). 'docker buildx imagetools inspect node:24-bookworm-slim' shows it"
docker buildx version >/dev/null 2>&1 && docker info >/dev/null 2>&1 || fail "no container engine with buildx answers"
source scripts/toolchain.sh
node scripts/set-version.ts "$version" || { git checkout --quiet -- . && exit 1; }
if [ -n "$dry_run" ]; then
  git --no-pager diff
  git checkout --quiet -- .
  echo "release: $version can be made. Nothing was changed."
  exit
fi

before=$(git rev-parse HEAD) out=release/$version image=databricks-front-door:$version
trap 'git reset --quiet --hard "$before"; echo "release: failed, and the commit was taken back" >&2' ERR
./scripts/api-document.sh
git commit --quiet --all --message "Release $version"
rm -rf "$out"
node scripts/pack-packages.ts "$out"
docker build --pull=false --build-arg "BASE_IMAGE=$base" --build-arg "VERSION=$version" \
  --build-arg "REVISION=$(git rev-parse HEAD)" --tag "$image" .
docker run --rm --network none --entrypoint cat "$image" /app/sbom.cdx.json >"$out/databricks-front-door-$version.cdx.json"
(cd "$out" && sha256sum -- * >SHA256SUMS)
git tag --annotate "$tag" --message "Release $version"
trap - ERR

cat <<SAY
release: $version is made: the commit and the tag $tag, the image $image, and in $out
$(ls -1 "$out" | sed 's/^/  /')
To publish it:
  git push origin HEAD $tag
  docker tag $image <registry>/$image && docker push <registry>/$image
  npm publish $out/<package>.tgz
SAY
