# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let tests import ansible_collections.ovhcloud.vrack, and the Ansible processes they start find it."""

from __future__ import annotations

import os

from ansible.plugins.loader import init_plugin_loader

from tests.collection_tree import collection_tree

TREE = str(collection_tree())
os.environ["ANSIBLE_COLLECTIONS_PATH"] = TREE
init_plugin_loader([TREE])
