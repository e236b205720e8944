#!/bin/bash
# The entry point of the container. Without an argument it runs the whole product. With the name of a part it runs that
# part alone (a sidecar): as the user that the container was started with, or as the part's own user if that is root.
# It ends by becoming tini, the init.
set -euo pipefail

# Absolute paths, so that no PATH can make root run something else.
node=/usr/local/bin/node tini=/usr/bin/tini setpriv=/usr/bin/setpriv

die() {
  printf '{"level":60,"time":%s000,"service":"container","msg":"%s"}\n' "$(date +%s)" "$1" >&2
  exit 2
}

part() { # part USER PROGRAM
  local as=()
  [ "$(id -u)" != 0 ] || as=(--reuid "$1" --regid "$1" --clear-groups --inh-caps=-all)
  export HOME=/var/lib/$1
  exec "$setpriv" --no-new-privs "${as[@]}" -- "$tini" -- "$node" "/app/$2/dist/server.js"
}

case ${1:-all} in
  all)
    [ "$(id -u)" = 0 ] ||
      die "The whole product must start as root, to run its processes as different users: remove the user, or name one part (front-door, gateway)."
    # A program's first environment stays readable in /proc/<pid>/environ for its whole life. So the settings go through
    # a pipe that is empty once the entry has read it, and init and the entry start with no environment at all.
    exec 3< <(exec env -0)
    exec -c "$setpriv" --no-new-privs -- "$tini" -- "$node" /app/scripts/dist/entry.js
    ;;
  front-door) part front-door apps/api ;;
  gateway) part gateway apps/databricks-gateway ;;
  local-workspace) part gateway packages/local-workspace ;;
  *) die "There is no part of this name: name front-door, gateway or local-workspace." ;;
esac
