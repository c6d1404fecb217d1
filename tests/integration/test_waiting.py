# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""While a task waits, a person sees for what; and where nobody would read it, nothing is said and all works."""

from __future__ import annotations

import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.support.playbooks import PlaybookRun, run_tasks

EVERY = 5
LINE = re.compile(r"^waiting: \[localhost\] after (\d+) s: (.+)$", re.MULTILINE)
# One that runs things here, and that nobody can know it of.
ELSEWHERE = """
from ansible.plugins.connection.local import DOCUMENTATION, Connection as Local


class Connection(Local):
    transport = "elsewhere"
"""
NUMBERS = count(1)


def instance(**options: Any) -> dict[str, Any]:
    """A task that makes an instance of a new name, which takes some looks."""
    described = {"name": f"slow-{next(NUMBERS)}", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
    return {
        "name": "an instance",
        "ovhcloud.vrack.ovh_instance": {"project": "running", **described},
        "register": "made",
        **options,
    }


def lines(done: PlaybookRun) -> list[tuple[int, str]]:
    assert done.recap["ok"] == done.recap["changed"] == 1, done.output
    assert done.recap.get("ignored", 0) == 0, done.output
    return [(int(seconds), text) for seconds, text in LINE.findall(done.output)]


def test_what_is_waited_for_is_shown_as_it_changes(simulator: Simulator) -> None:
    """Nothing moves in the simulator but when the module was seen to have looked; only the five seconds are real."""
    simulator.settings(instance_invisible=10, instance_building=1000)
    simulator.clock(speed=0)
    before = simulator.last()
    with ThreadPoolExecutor(1) as other:
        running = other.submit(run_tasks, simulator, [instance()])
        try:
            sent = looked_again(simulator, before, running, "POST", looks=1)
            looked_again(simulator, sent, running, "GET")
            simulator.advance(20)
            time.sleep(EVERY)
            looked_again(simulator, simulator.last(), running, "GET")
        finally:
            simulator.clock(speed=3600)
        said = lines(running.result())
    assert "not visible yet" in said[0][1]
    assert "is BUILD" in said[1][1]
    assert all(later[0] - sooner[0] >= EVERY for sooner, later in pairwise(said))
    assert all(later[1] != sooner[1] for sooner, later in pairwise(said))


def looked_again(simulator: Simulator, since: int, running: Future, method: str, looks: int = 2) -> int:
    """Wait until instances were asked for so often (the answer before the last was read); the journal's length."""
    while True:
        journal = simulator.journal()
        asked = [one for one in journal[since:] if one["method"] == method and "/instance" in one["path"]]
        if len(asked) >= looks:
            return len(journal)
        assert not running.done(), running.result()
        time.sleep(0.05)


def test_where_it_is_of_no_use_nothing_is_shown(simulator: Simulator, tmp_path: Path) -> None:
    """Not under no_log, in the background, or from another machine; and the tasks do what they do otherwise."""
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE, encoding="utf-8")
    for options in ({"no_log": True}, {"async": 60, "poll": 1}, {"vars": {"ansible_connection": "elsewhere"}}):
        done = run_tasks(simulator, [instance(**options)], ANSIBLE_CONNECTION_PLUGINS=str(tmp_path))
        assert lines(done) == [], options
    assert lines(run_tasks(simulator, [instance()])) != []


def test_terse_callbacks_stay_terse(simulator: Simulator) -> None:
    done = run_tasks(simulator, [instance()], ANSIBLE_STDOUT_CALLBACK="minimal")
    assert done["an instance"].changed
    assert "waiting" not in done.output


def test_only_a_task_on_this_machine_is_told_what_is_installed(simulator: Simulator, tmp_path: Path) -> None:
    """Elsewhere there may be another version, or nothing."""
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE, encoding="utf-8")
    for connection, told in (("local", True), ("elsewhere", False)):
        look = {"ovhcloud.vrack.ovh_region_info": {"project": "running"}, "vars": {"ansible_connection": connection}}
        done = run_tasks(simulator, [look], "-vvv", ANSIBLE_CONNECTION_PLUGINS=str(tmp_path))
        assert (done.recap["ok"], done.recap.get("ignored", 0)) == (1, 0), done.output
        assert ("OVHCLOUD_VRACK_INSTALLED=" in done.output) is told
