# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting options of the modules that change something."""

from __future__ import annotations


class ModuleDocFragment:
    """Whether, and how long."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Wait until everything is in use. With V(false) the task ends when the API shows what was asked for, though it
        may still be on its way; the next task, or the next run, goes on from there.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds for the whole task, whatever it waits for. From 0 to 31536000.
    type: int
    default: 1800
"""
