#!/bin/bash
# Run by the Dockerfile in the base image. Adds the init and the two users, and removes what only builds and attackers need.
set -euo pipefail

apt-get update
# The version of Debian's release: another base image ends the build. The star stands for a rebuild of the same sources.
apt-get install -y --no-install-recommends 'tini=0.19.0-1*'

# entry.ts has the same ids.
user() { # user NAME ID
  groupadd --gid "$2" "$1"
  useradd --uid "$2" --gid "$2" --no-create-home --home-dir "/var/lib/$1" --shell /usr/sbin/nologin "$1"
}
userdel --remove node 2>/dev/null || true
user front-door 10001
user gateway 10002
install -d -o front-door -g front-door -m 0700 /data/settings /var/lib/front-door
install -d -o gateway -g gateway -m 0700 /data/local-workspace /var/lib/gateway

# Package managers. dpkg's record of what is installed stays, for vulnerability scanners: it still names dpkg and apt.
rm -rf /usr/local/lib/node_modules /usr/local/include /usr/local/share/doc /usr/local/share/man /opt/yarn* \
  /usr/local/bin/{npm,npx,corepack,yarn,yarnpkg,pnpm,pnpx} /usr/local/{CHANGELOG.md,LICENSE,README.md} \
  /usr/local/bin/docker-entrypoint.sh
rm -rf /usr/bin/{apt,apt-*,dpkg,dpkg-*,deb-*} /usr/sbin/{dpkg-*,start-stop-daemon} /usr/lib/{apt,dpkg} /etc/{apt,dpkg} \
  /var/lib/apt /var/lib/dpkg/info/*.{preinst,postinst,prerm,postrm,config,templates} /var/lib/dpkg/*-old
# Nothing in the container starts a timer or rotates a log.
rm -rf /etc/{systemd,cron*,logrotate.d} /usr/lib/systemd /var/lib/systemd /usr/libexec/dpkg /usr/share/{bash-completion,bug,dpkg,lintian}
# Caches, logs, documentation except for licences, and every setuid bit.
rm -rf /var/cache/* /var/log/* /root/.npm /root/.cache /usr/share/{man,info,locale}/*
find /usr/share/doc -type f ! -name copyright -delete
find / -xdev -type f -perm /6000 -exec chmod a-s {} +
rm -rf /tmp/* /var/tmp/*
