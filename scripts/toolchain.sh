# Sourced by the other scripts: puts the pinned Node (.node-version) and pnpm (package.json) first on the PATH
# and installs the dependencies from the frozen lock file. Needs only a shell, and Node 20 or later with npm.
# Both tools come from npm into .toolchain/, so that nothing outside this checkout is touched.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

node_version=$(<.node-version)
pnpm_version=$(sed -n 's/.*"packageManager": "pnpm@\([^"+]*\).*/\1/p' package.json)
tools="$root/.toolchain/node_modules/.bin"

have_toolchain() {
  [ "$("$tools/node" --version 2>/dev/null)" = "v$node_version" ] &&
    [ "$("$tools/pnpm" --version 2>/dev/null)" = "$pnpm_version" ]
}

# Runs a command and shows its output only when it fails. Every two seconds it says what it is waiting for.
quietly() { # quietly "what it waits for" command...
  local what=$1 output notices status=0 start=$SECONDS; shift
  while sleep 2 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    say "Waiting for $what ($((SECONDS - start)) s) ..."
  done &
  notices=$!
  output=$("$@" 2>&1) || status=$?
  { kill "$notices" && wait "$notices"; } 2>/dev/null || true
  [ "$status" = 0 ] || say "$output"
  return "$status"
}

if ! have_toolchain; then
  command -v npm >/dev/null || die "npm is not on the PATH: install Node 20 or later with npm, then run this again."
  say "Fetching Node $node_version and pnpm $pnpm_version from npm into .toolchain/ (once) ..."
  mkdir -p .toolchain && echo '{ "private": true }' >.toolchain/package.json
  quietly "npm to fetch them from its registry" \
    npm install --prefix .toolchain --no-audit --no-fund --no-package-lock --loglevel=error \
    "node@$node_version" "pnpm@$pnpm_version" ||
    die "npm could not install Node $node_version and pnpm $pnpm_version."
  have_toolchain || die "The toolchain in .toolchain/ does not run: delete the folder and try again."
fi
export PATH="$tools:$PATH"
# Node keeps what it makes of the sources: a start takes a third less CPU, and each process 15 MiB less memory.
export NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$root/.toolchain/compile-cache}

# When nothing has changed, pnpm is done within a second.
quietly "pnpm to install the dependencies" pnpm install --frozen-lockfile --prefer-offline --reporter=append-only ||
  die "pnpm could not install the dependencies."
