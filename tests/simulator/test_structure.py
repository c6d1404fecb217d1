# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's files need one another in one direction only, also where they import late."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import simulator

PACKAGE = "simulator"
FOLDER = Path(simulator.__file__).parent


def module_of(path):
    return ".".join([PACKAGE, *path.relative_to(FOLDER).with_suffix("").parts])


FILES = {module_of(path): path for path in FOLDER.rglob("*.py") if not path.stem.startswith("__")}


def needed_by(path):
    """The files that one imports, at its head or within a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_ring():
    graph = {name: {needed for needed in needed_by(path) if needed in FILES} for name, path in FILES.items()}
    assert len(graph) > 30
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


def settings_changed_in(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value).endswith("settings"):
                yield f"{path.name}:{target.lineno}"


def test_no_request_changes_a_setting():
    """What has happened is state; a setting stays as a test gave it."""
    routes = [path for name, path in FILES.items() if ".routes." in name]
    assert len(routes) > 15
    assert [place for path in routes for place in settings_changed_in(path)] == []
