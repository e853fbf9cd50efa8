#!/usr/bin/env bash
# The real Python clients against a real server: an environment of their own with the pinned releases, then everything is run and checked.
# Needs Python >= 3.10 with venv, and the package registry. What was made is removed, what was started is stopped.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --requirement .ci/clients/requirements.txt
node_modules/.bin/node .ci/clients/check-python.ts "$folder/venv/bin/python"
