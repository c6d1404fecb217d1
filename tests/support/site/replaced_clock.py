# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives the modules that Ansible starts the clock that skips, wherever they import theirs from."""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from pathlib import Path
from typing import Any

VARIABLE = "SIMULATOR_TO_SKIP"
"""The environment variable with the simulator whose clock skips as well."""
CLOCK = "ovhcloud.vrack.plugins.module_utils._engine.clock"


class Replacing(Loader):
    """Runs the module's own code, and puts the clock in."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: Any) -> Any:
        return None

    def exec_module(self, module: Any) -> None:
        # On Python 3.9 what reads archives can't do it by itself.
        exec(self._loader.get_code(module.__name__), module.__dict__)
        source = Path(__file__).parents[1] / "skipping.py"
        spec = importlib.util.spec_from_file_location("skipping", source)
        assert spec is not None
        assert spec.loader is not None
        skipping = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(skipping)
        module.RealClock = partial(skipping.SkippingClock, os.environ[VARIABLE])


class Finder(MetaPathFinder):
    """Lets the other finders find it."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if not name.endswith(CLOCK):
            return None
        others = (one for one in sys.meta_path if one is not self)
        found = next(filter(None, (one.find_spec(name, path, target) for one in others)), None)
        if found is not None:
            found.loader = Replacing(found.loader)
        return found


def install() -> None:
    sys.meta_path.insert(0, Finder())
