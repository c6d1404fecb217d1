# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Ansible finds this checkout as the collection ovhcloud.vrack, wherever the checkout lies.

``python -m tools.collection_tree`` prints the value for ANSIBLE_COLLECTIONS_PATH.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
NAME = ("ansible_collections", "ovhcloud", "vrack")


def collection_tree() -> Path:
    """Return the folder that holds ansible_collections/ovhcloud/vrack.

    A checkout with another path gets a symbolic link. It lies outside the checkout: a tree inside would hold itself.
    """
    if CHECKOUT.parts[-len(NAME) :] == NAME:
        return CHECKOUT.parents[len(NAME) - 1]
    mark = hashlib.sha256(f"{getpass.getuser()}:{CHECKOUT}".encode()).hexdigest()[:12]
    tree = Path(tempfile.gettempdir()) / f"ovhcloud-vrack-{mark}"
    link = tree.joinpath(*NAME)
    link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Test workers start together, so another one may make the link first.
    with contextlib.suppress(FileExistsError):
        link.symlink_to(CHECKOUT, target_is_directory=True)
    if link.resolve() != CHECKOUT:
        message = f"{link} should lead to {CHECKOUT}, remove it"
        raise RuntimeError(message)
    return tree


if __name__ == "__main__":
    sys.stdout.write(f"{collection_tree()}\n")
