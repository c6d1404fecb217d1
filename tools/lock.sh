#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Write the locks anew: which file of which package the tests run with, each with its hashes, for Python 3.11 and newer.
# Takes the newest of everything that tests/*.txt allow; options of `uv pip compile` instead, for less:
#   tools/lock.sh --upgrade-package ovh
set -euo pipefail
cd "$(dirname "$0")/.."

# Trust the machine's certificates, as pip does.
export UV_NATIVE_TLS=true
[ $# -gt 0 ] || set -- --upgrade

uv=$(tools/find_uv.sh .venv/bin/python)
# Without a header and without the places that files came from: the lock is the same whatever index a machine uses.
for name in requirements uv; do
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        "$@" "tests/$name.txt" --output-file "tests/$name.lock"
done
git diff --stat -- tests/requirements.lock tests/uv.lock
