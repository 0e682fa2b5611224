# Builds and runs on any Node 24 image of Debian's family: --build-arg NODE_IMAGE=…
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node_modules/.bin/tsc -p tsconfig.build.json \
 && cp -r framework/service/page dist/framework/service/ \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && chmod 755 dist/agents/main.js

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /opt/observability-agents
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist/toolkit dist/toolkit
COPY --from=build /build/dist/registry dist/registry
COPY --from=build /build/dist/framework dist/framework
COPY --from=build /build/dist/agents dist/agents
RUN mkdir -p /etc/observability \
 && install -d -m 700 -o 10001 -g 10001 /var/lib/observability-agent \
 && ln -s /opt/observability-agents/dist/agents/main.js /usr/local/bin/observability-agent
# Numeric, so that Kubernetes can check runAsNonRoot.
USER 10001:10001
ENTRYPOINT ["observability-agent"]
