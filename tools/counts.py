# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write how many requests each kind of run makes: `make counts`."""

from __future__ import annotations

import sys

import yaml

from simulator.launch import Simulator
from tools.matrix import imported


def main() -> int:
    counts = imported("tests.benchmark.counts")
    with Simulator.start(speed=60.0, strict=True) as simulator:
        written = yaml.safe_dump(counts.all_counts(simulator), sort_keys=False)
    counts.FILE.write_text(counts.HEADER + written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
