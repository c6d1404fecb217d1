# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which network is asked for, for an instance."""

from __future__ import annotations

from typing import Optional

from ..._messages import error

PUBLIC = "public"
"""How the public network is named in options and records."""


def wished_network(network: Optional[str], public: bool) -> str:
    """What the options *network* and *public*, of which there is exactly one, mean together."""
    if public and network:
        raise error("bad_value", option="network", value=network, wanted="left out beside public: true")
    if not public and not network:
        raise error("option_needed", option="network or public: true", when="to know which network is meant")
    return PUBLIC if public else str(network)
