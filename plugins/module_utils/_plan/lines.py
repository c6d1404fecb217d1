# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines for people, as Ansible shows a list of them."""

from __future__ import annotations

import textwrap
from typing import List

WIDTH = 69
"""Of 80 columns Ansible takes 11 around a line of a list."""


def fitted(line: str) -> List[str]:
    """The same in as many lines as it takes."""
    return textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
