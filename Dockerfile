# The whole product in one image: the front door, the gateway with the credentials, and a local workspace.
# docs/deploy.md explains how to run it. The short way is `docker compose up`.

# A release names it by its digest, so that the image can be built again from the same bytes (CONTRIBUTING.md).
ARG BASE_IMAGE=node:24-bookworm-slim

FROM ${BASE_IMAGE} AS system
COPY scripts/container/prepare-system.sh /tmp/
RUN /tmp/prepare-system.sh

FROM ${BASE_IMAGE} AS build
WORKDIR /build
# The lock file alone decides what is fetched: a change of the sources does not fetch anything again.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .pnpmfile.cjs ./
RUN npm install --global --no-audit --no-fund "$(node -p 'require("./package.json").packageManager')" \
 && pnpm fetch --prod
COPY . .
# First bundle our own sources to plain JavaScript, then lay out only what the three programs need at run time, and what our
# own packages in their bundles need. pnpm reads the licences for the bill of materials from the first layout alone.
RUN pnpm install --offline --frozen-lockfile --prod \
 && node scripts/container/build.ts /image \
 && scripts/sbom.sh /image/sbom.cdx.json \
 && find . -name node_modules -prune -exec rm -rf {} + \
 && pnpm install --offline --frozen-lockfile --prod --config.node-linker=hoisted \
      --filter-prod @front-door/api... --filter-prod @front-door/databricks-gateway... \
      --filter-prod @front-door/local-workspace... \
 && scripts/container/install-modules.sh /image
COPY --from=system /var/lib/dpkg/status /tmp/dpkg-status
RUN node scripts/container/add-system-to-sbom.ts /image/sbom.cdx.json /tmp/dpkg-status

# From scratch, so that no layer contains what was deleted above.
FROM scratch
COPY --from=system / /
COPY --from=build /image /app

ARG VERSION=0.1.0
ARG REVISION=
ARG BASE_IMAGE
LABEL org.opencontainers.image.title="Databricks Front Door" \
      org.opencontainers.image.description="A public Express API in front of a Databricks workspace, and a sidecar beside it that alone holds the credentials." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="$BASE_IMAGE"

# On 0.0.0.0 the front door only starts with sign-in of callers configured, or with ALLOW_ANONYMOUS=true.
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3001 \
    SETTINGS_FILE=/data/settings/api.env \
    LOCAL_WORKSPACE_DIR=/data/local-workspace
WORKDIR /app
VOLUME /data
EXPOSE 3001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["node", "/app/scripts/dist/health.js"]
ENTRYPOINT ["/app/entrypoint.sh"]
