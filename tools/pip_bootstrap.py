# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install pip into the virtual environment whose Python runs this, from Python's own ensurepip.

ansible-test gives each of its environments pip by running a bootstrap script that it downloads, unless a file of that
name lies in its cache already. tools/sanity.py puts this file there, so that nothing is downloaded from outside the
package index. The arguments are those that ansible-test gives the script: options of pip and the version wanted.
"""

from __future__ import annotations

import subprocess
import sys

ONLY_THE_DOWNLOADED_SCRIPT_KNOWS = ("--no-setuptools", "--no-wheel")

arguments = [argument for argument in sys.argv[1:] if argument not in ONLY_THE_DOWNLOADED_SCRIPT_KNOWS]
subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", *arguments]))
