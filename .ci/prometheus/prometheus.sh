#!/usr/bin/env bash
# Real promtool and a real Prometheus, of the Debian package, against Guardian as it runs: the rules with their tests, the scrape with its token, and every
# family of the list as Prometheus stored it. Needs promtool and prometheus, or apt-get to fetch them into a folder of their own. What was made is removed.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
  programs="$(dirname "$(command -v prometheus)")"
else
  # Unpacked, not installed: nothing of the machine changes, and no service is started.
  mkdir "$folder/package"
  (
    cd "$folder/package"
    apt-get update -qq || echo 'the package lists could not be renewed: those that are there are taken' >&2
    # As who runs this: apt's own user may not write here.
    apt-get download -qq -o APT::Sandbox::User="$(id -un)" prometheus
  )
  dpkg -x "$folder"/package/prometheus_*.deb "$folder/prometheus"
  programs="$folder/prometheus/usr/bin"
fi
"$programs/prometheus" --version 2>&1 | head -1

cp -r ops/prometheus "$folder/configuration"
node_modules/.bin/node .ci/prometheus/check-prometheus.ts "$programs" "$folder/configuration"
