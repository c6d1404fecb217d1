# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people ran into with SSH keys."""

from __future__ import annotations

from typing import Any

from simulator.launch import Simulator
from tests.support.keys import A, B, fingerprint
from tests.support.modules import run_modules
from tests.support.tasks import task as task_of


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "ssh_key", project="running", name="k", **options)


def test_C62_another_key_under_a_name_that_exists(simulator: Simulator) -> None:
    """Keys are compared by type and content, not by comment: another one is an error, unless force replaces it."""
    simulator.make("ssh_key", project="running", name="k", public_key=f"{A} me@here", regions=["GRA11"])
    run = run_modules(
        simulator,
        [
            task("other comment", public_key=f"  {A}   you@there \n"),
            task("other key", public_key=f"{B} me@here"),
            task("other key in check mode", public_key=f"{B} me@here") | {"check_mode": True},
            task("other key elsewhere", public_key=B, region="SBG5"),
            task("region", public_key=f"{A} you@there", region="SBG5"),
            task("forced", public_key=B, region="GRA11", force=True),
            task("forced again", public_key=B, region="GRA11", force=True),
        ],
    )
    assert not run["other comment"].failed, run["other comment"].msg
    assert not run["other comment"].changed
    for name in ("other key", "other key in check mode", "other key elsewhere"):
        assert run[name].writes == []
        assert f"{fingerprint(A)}, wanted {fingerprint(B)}" in run[name].msg
        assert run[name].failed
    assert run["region"].result["ssh_key"]["regions"] == ["GRA11", "SBG5"]
    assert run["region"].result["ssh_key"]["public_key"] == f"{A} me@here"
    assert run["region"].changed
    assert run["forced"].result["ssh_key"]["fingerprint"] == fingerprint(B)
    assert [write.partition(" ")[0] for write in run.writes] == ["POST", "DELETE", "POST"]
    assert not run["forced again"].changed
