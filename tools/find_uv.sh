#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Say where uv is: what this machine has, or the one of tests/uv.lock, installed into .venv-uv with the Python in $1.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=tests/uv.lock
stamp=.venv-uv/made-from

works() {
    "$@" >/dev/null 2>&1 </dev/null
}

if works uv --version; then
    echo uv
    exit 0
fi
if ! works .venv-uv/bin/uv --version || ! works cmp "$lock" "$stamp"; then
    python=${1:-python3}
    rm -rf .venv-uv
    "$python" -m venv .venv-uv >&2 || {
        echo "$python has no venv module (on Debian: apt-get install python3-venv)." >&2
        exit 1
    }
    .venv-uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock" >&2
    cp "$lock" "$stamp"
fi
echo .venv-uv/bin/uv
