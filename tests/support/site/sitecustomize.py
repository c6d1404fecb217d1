# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On PYTHONPATH of what the tests start, Python begins with this."""

import gc
import os

import kept_code

# A process that only lives for a second throws nothing away.
gc.set_threshold(100_000)
kept_code.install()

if "SIMULATOR_TO_SKIP" in os.environ:
    import replaced_clock

    replaced_clock.install()
