# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of every module with every kind of value: ``python -m tools.values_matrix [REGEX]``.

Only the cells whose names fit REGEX, where one is given. The table is printed, and build/values-matrix.json holds the
bad cells with their input.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter

from ansible.plugins.loader import init_plugin_loader

from simulator.launch import Simulator
from tools.collection_tree import CHECKOUT, collection_tree

init_plugin_loader([str(collection_tree())])

from tests.matrices.values import Cell, cells, what_is_bad  # noqa: E402
from tests.support.specs import all_specs  # noqa: E402

RESULT = CHECKOUT / "build" / "values-matrix.json"


def main(wanted: str = "") -> int:
    chosen = [cell for cell in cells(all_specs()) if re.search(wanted, cell.name)]
    bad: dict[Cell, str] = {}
    with Simulator.start(seed=1, speed=60.0, strict=True, settings='{"kind": true}') as simulator:
        for cell in chosen:
            why = what_is_bad(simulator, cell)
            if why:
                bad[cell] = why
                print(f"{cell.name}: {why[:300]}", flush=True)
        simulator.assert_sound()
    count = Counter(cell.module for cell in chosen)
    for module, number in count.items():
        wrong = len([cell for cell in bad if cell.module == module])
        print(f"ovh_{module:22} {number:5} cells, {wrong:3} bad")
    entries = [{"cell": cell.name, "input": repr(cell.options()), "why": why} for cell, why in bad.items()]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"cells": len(chosen), "bad": len(bad), "found": entries}, indent=2) + "\n", "utf-8")
    print(f"{len(chosen)} cells, {len(bad)} bad; {RESULT.relative_to(CHECKOUT)}")
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
