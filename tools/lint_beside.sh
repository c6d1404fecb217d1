#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Run a command, and lint and sanity in what it leaves free of the cores. What these say is shown after it, if they fail.
#   tools/lint_beside.sh COMMAND...
set -uo pipefail
cd "$(dirname "$0")/.."
said=$(mktemp)
trap 'rm -f "$said"; kill %1 2>/dev/null' EXIT
nice make --no-print-directory --jobs 3 --output-sync lint sanity-pylint sanity-others ARGS= >"$said" 2>&1 </dev/null &
failed=0
"$@" || failed=1
if wait %1; then
  echo "lint and sanity passed"
else
  failed=1
  cat "$said"
fi
exit "$failed"
