# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module can do."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes, with a variant for modules that only read."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
  diff_mode:
    description: Returns what has changed, or in check mode what would.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  action_group:
    description: Takes defaults from C(group/ovhcloud.vrack.ovh) of C(module_defaults).
    support: full
    membership: [ovhcloud.vrack.ovh]
"""

    INFO = r"""
attributes:
  check_mode:
    description: Can run in check mode and return the same as otherwise.
    support: full
  diff_mode:
    description: Returns what has changed.
    support: N/A
    details: This module changes nothing.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  action_group:
    description: Takes defaults from C(group/ovhcloud.vrack.ovh) of C(module_defaults).
    support: full
    membership: [ovhcloud.vrack.ovh]
"""

    PLAN = r"""
attributes:
  check_mode:
    description: Can run in check mode and return the same as otherwise, and changed where anything would be.
    support: full
  diff_mode:
    description: Shows the plan, in check mode.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  action_group:
    description: Takes defaults from C(group/ovhcloud.vrack.ovh) of C(module_defaults).
    support: full
    membership: [ovhcloud.vrack.ovh]
"""

    GUEST = r"""
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
  diff_mode:
    description: Returns what has changed, or in check mode what would.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  platform:
    description: Where it can run.
    support: full
    platforms: Linux with systemd and iproute2
"""

    GUEST_INFO = r"""
attributes:
  check_mode:
    description: Can run in check mode and return the same as otherwise.
    support: full
  diff_mode:
    description: Returns what has changed.
    support: N/A
    details: This module changes nothing.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  platform:
    description: Where it can run.
    support: full
    platforms: Linux with iproute2
"""
