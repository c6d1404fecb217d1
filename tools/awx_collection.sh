#!/usr/bin/env bash
# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Put awx.awx into build/awx-collection and print that folder; do nothing more when it is there.
# The package `ansible` is the one place on the package index that holds it; nothing else of it is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

package=ansible==13.8.0
folder=build/awx-collection
export UV_NATIVE_TLS=true

mkdir -p build
exec 9>build/awx-collection.lock
flock 9

if [ ! -e "$folder/ansible_collections/awx/awx/MANIFEST.json" ]; then
    uv=uv
    "$uv" --version >/dev/null 2>&1 || uv=.venv-uv/bin/uv
    rm -rf "$folder" "$folder.all"
    "$uv" pip install --quiet --no-deps --python .venv/bin/python --target "$folder.all" "$package" >&2
    mkdir -p "$folder/ansible_collections"
    mv "$folder.all/ansible_collections/awx" "$folder/ansible_collections/awx"
    rm -rf "$folder.all"
fi
echo "$PWD/$folder"
