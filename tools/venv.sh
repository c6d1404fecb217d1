#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Make .venv with what tests/requirements.lock names, and nothing else; do nothing when that has been done already.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=tests/requirements.lock
stamp=.venv/made-from
# Trust the machine's certificates, as pip does.
export UV_NATIVE_TLS=true

# The scripts in a virtual environment hold its path, so a moved checkout needs a new one.
made_from() {
    pwd
    cat "$lock"
}

works() {
    "$@" >/dev/null 2>&1 </dev/null
}

# The newest Python that runs and is new enough. pyenv's shims are on PATH for versions that aren't switched on too.
find_python() {
    local name folder folders
    IFS=: read -r -a folders <<<"$PATH"
    folders+=("${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin)
    for name in python3.13 python3.12 python3.11 python3; do
        for folder in "${folders[@]}"; do
            if works "$folder/$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
                echo "$folder/$name"
                return
            fi
        done
    done
    echo "Python 3.11 or newer is needed, and none was found." >&2
    return 1
}

if works cmp <(made_from) "$stamp" && works .venv/bin/python --version; then
    exit 0
fi

python=$(find_python)
uv=$(tools/find_uv.sh "$python")
if ! works .venv/bin/python --version || [ "$(head -n 1 "$stamp" 2>/dev/null)" != "$PWD" ]; then
    rm -rf .venv
    "$uv" venv --quiet --python "$python" .venv
fi
# Compiled here, once: tests start some thousand processes, and would do it in each where PYTHONDONTWRITEBYTECODE is set.
"$uv" pip sync --quiet --require-hashes --only-binary :all: --compile-bytecode --python .venv/bin/python "$lock"
made_from >"$stamp"
.venv/bin/ansible --version | sed -n 1p
