# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a task runs on the machine of the play, it imports from the installed collection rather than from its archive.

Ansible packs what a module imports into an archive, and the task compiles all of it anew. The installed files are the
same ones, and Python keeps what it has compiled of them. To be imported before any other file of ours.
"""

from __future__ import annotations

import os

VARIABLE = "OVHCLOUD_VRACK_INSTALLED"
"""The environment variable with the folder of the files. The action plugin sets it; without it the archive is used."""


def use_installed_files() -> None:
    # On Python 3.9, __package__ is not set yet in what is imported from an archive.
    package = __import__(__name__.rpartition(".")[0], fromlist=["__path__"])
    folder = os.environ.pop(VARIABLE, "")
    if folder and os.access(os.path.join(folder, "_installed.py"), os.R_OK):
        package.__path__[:] = [folder]


use_installed_files()
