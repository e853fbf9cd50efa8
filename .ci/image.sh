#!/usr/bin/env bash
# Guardian's own image: built, bounded (400 MB, up in 3 s, not root, healthy), and started as compose starts it. Without a Docker engine it says so, and
# fails only when told that there must be one (REQUIRE_DOCKER=1).
set -euo pipefail
cd "$(dirname "$0")/.."
IMAGE="${IMAGE:-guardian:ci}"

if ! reason="$(docker info --format '{{.ServerVersion}}' 2>&1)"; then
  echo "NOT BUILT: no Docker engine answers here ($(printf '%s' "$reason" | tail -n 1))."
  echo 'The files were checked by test/ops-files.test.ts: the tree of the image was put together and started, without its base images.'
  [ "${REQUIRE_DOCKER:-0}" = 0 ]
  exit
fi

DOCKER_BUILDKIT=1 docker build --file ops/docker/Dockerfile --tag "$IMAGE" .
bytes="$(docker image inspect --format '{{.Size}}' "$IMAGE")"
echo "image: $((bytes / 1000000)) MB"
[ "$bytes" -le 400000000 ] || { echo 'larger than 400 MB' >&2; exit 1; }
[ "$(docker image inspect --format '{{.Config.User}}' "$IMAGE")" = node ] || { echo 'runs as root' >&2; exit 1; }

# Without a network: nothing is downloaded at the start.
container="$(docker run --detach --network none --read-only --tmpfs /tmp --cap-drop ALL --stop-timeout 60 "$IMAGE")"
trap 'docker rm --force "$container" >/dev/null' EXIT
began="$(date +%s%N)"
until docker exec "$container" wget -q -O - http://127.0.0.1:4400/api/health 2>/dev/null; do
  [ $((($(date +%s%N) - began) / 1000000)) -lt 30000 ] || { docker logs "$container" >&2; exit 1; }
  sleep 0.1
done
echo
echo "start: $((($(date +%s%N) - began) / 1000000)) ms"
for _ in $(seq 40); do
  state="$(docker inspect --format '{{.State.Health.Status}}' "$container")"
  [ "$state" = healthy ] && break
  sleep 1
done
[ "$state" = healthy ] || { echo "its HEALTHCHECK says $state" >&2; exit 1; }
docker stop --time 60 "$container" >/dev/null
[ "$(docker inspect --format '{{.State.ExitCode}}' "$container")" = 0 ] || { echo 'SIGTERM did not end it with 0' >&2; exit 1; }

if docker compose version >/dev/null 2>&1; then
  GUARDIAN_METRICS_TOKEN=0123456789abcdef0123 GRAFANA_PASSWORD=unused GUARDIAN_IMAGE="$IMAGE" \
    docker compose -f ops/docker/compose.yaml --profile postgres config --quiet
  echo 'compose.yaml: read by docker compose'
else
  echo 'NOT CHECKED: docker compose is not installed'
fi
