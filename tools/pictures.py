# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures of docs/report.md, made anew from made-up vRacks: `make pictures`. Needs chromium."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.collection_tree import CHECKOUT, collection_tree

sys.path.insert(0, str(collection_tree()))

from ansible_collections.ovhcloud.vrack.plugins.filter.report import report

from tests.support.browser import Browser
from tests.support.pictures import large, planned, small

FOLDER = CHECKOUT / "docs" / "images"
WIDTH, HEIGHT = 1360, 1010


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.svg").write_text(report(small(), "svg"), encoding="utf-8")
    shown = {"small": (small(), None), "drift": (small(), planned()), "large": (large(), None)}
    with tempfile.TemporaryDirectory() as temporary, Browser.start() as browser:
        page = browser.page()
        page.size(WIDTH, HEIGHT)
        for name, (contents, plan) in shown.items():
            path = Path(temporary) / f"{name}.html"
            path.write_text(report(contents, planned=plan), encoding="utf-8")
            for scheme in ("light", "dark"):
                page.scheme(scheme)
                page.open(path)
                (folder / f"report-{name}-{scheme}.png").write_bytes(page.picture())
    for path in sorted(folder.glob("report*")):
        print(f"{path.stat().st_size:>8} {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
