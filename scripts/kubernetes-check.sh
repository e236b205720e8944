#!/usr/bin/env bash
# Builds the Kubernetes manifests as `kubectl apply -k` does and checks them against Kubernetes' own schemas, of the oldest
# version that has sidecars and of the newest: ./scripts/kubernetes-check.sh [kustomization, by default the example]
# It needs kubectl and python3, and installs the schemas into a cache folder. ./scripts/container-check.sh runs the pod.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=${XDG_CACHE_HOME:-$HOME/.cache}/front-door/kubernetes-check
[ -x "$tools/bin/pip" ] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
manifests=$(mktemp)
trap 'rm -f "$manifests"' EXIT
kubectl kustomize "${1:-deploy/kubernetes/example}" >"$manifests"
for version in 1.29 1.37; do
  "$tools/bin/kubernetes-validate" --strict --quiet --kubernetes-version "$version.0" "$manifests"
  echo "ok: $(grep -c '^kind:' "$manifests") manifests for Kubernetes $version"
done
