# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan and a flavor say of prices: from the public list, kept for a day, never a failure, never a guess."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun, run_playbook, run_tasks
from tools.collection_tree import CHECKOUT

PAGE = CHECKOUT / "docs" / "prices.md"
LIST = "/order/catalog/public/cloud"
DAY = 24 * 3600
IMAGES = {"win-b2-7": "Windows Server 2022 Standard (Desktop)"}


def instance(name: str, flavor: str, region: str = "GRA11", **more: Any) -> dict[str, Any]:
    image = IMAGES.get(flavor, "Debian 12")
    return {"name": name, "region": region, "flavor": flavor, "image": image, "public": True, **more}


def plan(simulator: Simulator, home: Path, instances: list[dict[str, Any]], **options: Any) -> PlaybookRun:
    topology = {"project": "running", "instances": instances, **options.pop("topology", {})}
    task = {"name": "plan", "ovhcloud.vrack.ovh_plan": {"topology": topology, **options}, "check_mode": True}
    return run_modules(simulator, [task], ANSIBLE_HOME=str(home))


def asked(run: PlaybookRun) -> list[str]:
    return [one["path"] for one in run.journal if one["path"].startswith(LIST)]


def test_every_way_of_billing(simulator: Simulator, tmp_path: Path) -> None:
    """By the hour and by the month, in three zones, with a licence; what has no known price is named and not summed."""
    instances = [
        instance("hourly", "b3-8"),
        instance("monthly", "b2-7", billing="monthly"),
        instance("zones", "b3-8", "EU-WEST-PAR"),
        instance("windows", "win-b2-7"),
        instance("unknown", "c2-7"),
    ]
    run = plan(simulator, tmp_path, instances, prices=True)
    costs = run["plan"].result["costs"]
    found = {one["name"].split("'")[1]: (one["by_hour"], one["by_month"]) for one in costs["things"]}
    assert found == {
        "hourly": ("0.0512", "37.38"),
        "monthly": ("0.0000", "24.20"),
        "zones": ("0.0640", "46.72"),
        "windows": ("0.0780", "56.94"),
    }
    assert (costs["currency"], costs["by_hour"], costs["by_month"]) == ("EUR", "0.1932", "165.24")
    assert [name.split("'")[1] for name in costs["unknown"]] == ["unknown"]
    text = run["plan"].result["text"]
    assert "costs: 0.0512 EUR an hour, 37.38 EUR a month" in text
    assert "costs: no known price" in text
    assert "instance 'unknown' in GRA11: no known price, and not in the sum" in text
    assert run.writes == []


def test_what_is_free_costs_nothing(simulator: Simulator, tmp_path: Path) -> None:
    """And nobody asks for prices then."""
    run = plan(simulator, tmp_path, [], topology={"networks": [{"name": "n", "vlan_id": 7, "regions": ["GRA11"]}]})
    assert run["plan"].result["costs"]["lines"] == ["Costs: nothing more (1 free of charge)"]
    assert asked(run) == []


def test_it_is_asked_for_once_a_day(simulator: Simulator, tmp_path: Path) -> None:
    """Also where what was kept can't be read, or is something else."""
    wanted = [instance("web", "b3-8")]
    assert len(asked(plan(simulator, tmp_path, wanted))) == 1
    again = plan(simulator, tmp_path, wanted)
    assert asked(again) == []
    assert again["plan"].result["costs"]["by_month"] == "37.38"
    [kept] = (tmp_path / "ovhcloud.vrack").iterdir()
    os.utime(kept, (time.time() - DAY - 1, time.time() - DAY - 1))
    assert len(asked(plan(simulator, tmp_path, wanted))) == 1
    for wrong in ("", "[]", '{"currency": "EUR", "by_hour": {"b3-8.consumption": "free"}, "by_month": {}}'):
        kept.write_text(wrong, encoding="utf-8")
        run = plan(simulator, tmp_path, wanted)
        assert len(asked(run)) == 1, wrong
        assert run["plan"].result["costs"]["by_month"] == "37.38"


def test_each_subsidiary_has_prices_of_its_own(simulator: Simulator, tmp_path: Path) -> None:
    """The description's, or the account's."""
    topology = {"vrack": {"name": "prod", "subsidiary": "pl"}}
    own = plan(simulator, tmp_path, [instance("web", "b3-8")])
    other = plan(simulator, tmp_path, [instance("web", "b3-8")], topology=topology, sections=["instances"])
    assert [run["plan"].result["costs"]["currency"] for run in (own, other)] == ["EUR", "PLN"]
    assert [path.rpartition("=")[2] for path in asked(own) + asked(other)] == ["FR", "PL"]


@pytest.mark.parametrize("path", [f"{LIST}*", "/me"])
@pytest.mark.parametrize("status", [403, 500])
def test_prices_that_cannot_be_read_are_a_note(simulator: Simulator, tmp_path: Path, path: str, status: int) -> None:
    simulator.fault("status", "GET", path, status=status, times=-1)
    run = plan(simulator, tmp_path, [instance("web", "b3-8")])
    result = run["plan"].result
    assert not run["plan"].failed
    assert len(result["plan"]["changes"]) == 1
    assert result["costs"]["by_month"] == "0.00"
    assert "prices could not be read" in result["costs"]["note"]
    assert "instance 'web' in GRA11" in result["costs"]["unknown"]
    assert result["costs"]["lines"][0] in result["text"]


def test_a_run_that_is_no_look_ahead_does_not_ask(simulator: Simulator, tmp_path: Path) -> None:
    topology = {"project": "running", "instances": [instance("web", "b3-8")]}
    task = {"name": "plan", "ovhcloud.vrack.ovh_plan": {"topology": topology}}
    run = run_modules(simulator, [task], ANSIBLE_HOME=str(tmp_path))
    assert run["plan"].result["costs"] is None
    assert asked(run) == []


def test_flavors_with_prices(simulator: Simulator, tmp_path: Path) -> None:
    options = {"project": "running", "region": "GRA11"}
    run = run_modules(
        simulator,
        [
            {"name": "with", "ovhcloud.vrack.ovh_flavor_info": {**options, "prices": True}},
            {"name": "without", "ovhcloud.vrack.ovh_flavor_info": options},
        ],
        ANSIBLE_HOME=str(tmp_path),
    )
    prices = {one["name"]: one["prices"] for one in run["with"].result["flavors"]}
    assert prices["b2-7"] == {"currency": "EUR", "by_hour": "0.0681", "by_month": "24.20"}
    assert prices["b3-8"] == {"currency": "EUR", "by_hour": "0.0512", "by_month": None}
    assert prices["c2-7"] == {"currency": "EUR", "by_hour": None, "by_month": None}
    assert all("prices" not in one for one in run["without"].result["flavors"])


def test_site_in_check_mode_ends_with_it(simulator: Simulator, tmp_path: Path) -> None:
    described = tmp_path / "topology.yml"
    topology = {"project": "running", "instances": [instance("web", "b3-8")]}
    described.write_text(yaml.safe_dump({"vrack_topology": topology}), encoding="utf-8")
    done = run_playbook(simulator, "ovhcloud.vrack.site", "-e", f"@{described}", "--check", ANSIBLE_HOME=str(tmp_path))
    assert done.code == 0, done.output
    last = done["What it comes to"].result["msg"]
    text = " ".join(" ".join(last).split())
    assert text.endswith("Costs: 0.0512 EUR an hour, 37.38 EUR a month more, before tax 1 is billed, 0 free of charge")
    assert all(len(line) <= 80 for line in done.output.splitlines() if line.startswith('        "'))
    assert done.writes == []


def test_check_says_it_without_check_mode(simulator: Simulator, tmp_path: Path) -> None:
    described = tmp_path / "topology.yml"
    topology = {"project": "running", "instances": [instance("web", "b3-8")]}
    described.write_text(yaml.safe_dump({"vrack_topology": topology}), encoding="utf-8")
    arguments = ["-e", f"@{described}", "-e", "check_fail_on_drift=false"]
    for more, counted in ([], True), (["-e", "plan_prices=false"], False):
        done = run_playbook(simulator, "ovhcloud.vrack.check", *arguments, *more, ANSIBLE_HOME=str(tmp_path))
        assert done.code == 0, done.output
        last = done["What it comes to"].result["msg"]
        assert last[0] == "+ instance 'web' in GRA11" + counted * ": 0.0512 EUR an hour, 37.38 EUR a month"
        assert any(line.startswith("Costs: ") for line in last) == counted
        assert done.writes == []


def test_the_playbook_of_the_page(simulator: Simulator, tmp_path: Path) -> None:
    """It goes on with what is cheap enough, and ends with what is too dear or of unknown price."""
    [block] = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    ended = []
    for flavors in (["b3-8"], ["b3-8"] * 6, ["c2-7"]):
        instances = [instance(f"web-{number}", flavor) for number, flavor in enumerate(flavors)]
        topology = {"vrack_topology": {"project": "running", "instances": instances}}
        (tmp_path / "vars.yml").write_text(yaml.safe_dump(topology), encoding="utf-8")
        done = run_tasks(simulator, block, "-e", f"@{tmp_path}/vars.yml", ANSIBLE_HOME=str(tmp_path / "home"))
        ended.append([task.task for task in done.tasks if task.failed])
    refused = ["Refuse what costs more than two hundred a month, or nobody knows how much"]
    assert ended == [[], refused, refused]
