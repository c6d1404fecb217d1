# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogue is large and rarely changes: its prices are kept for a day in Ansible's own folder."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Optional

from .price_list import PriceList, from_data, to_data

KEPT_FOR = 24 * 3600.0
"""Seconds."""


def file_for(endpoint: str, subsidiary: str) -> Path:
    """Of one endpoint and subsidiary, in the folder ovhcloud.vrack of ANSIBLE_HOME."""
    home = os.environ.get("ANSIBLE_HOME") or "~/.ansible"
    known_by = hashlib.sha256(f"{endpoint} {subsidiary}".encode()).hexdigest()[:16]
    return Path(home).expanduser() / "ovhcloud.vrack" / f"prices-{known_by}.json"


def kept(file: Path) -> Optional[PriceList]:
    """What was kept, unless it is older than a day or something else."""
    try:
        age = time.time() - file.stat().st_mtime
        return from_data(json.loads(file.read_text(encoding="utf-8"))) if 0 <= age < KEPT_FOR else None
    except (OSError, ValueError):
        return None


def keep(file: Path, prices: PriceList) -> None:
    """Written as a whole or not at all; where that can't be done it is read again the next time."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=file.parent)
        try:
            with open(number, "w", encoding="utf-8") as out:
                json.dump(to_data(prices), out)
            os.replace(name, file)
        except OSError:
            os.unlink(name)
