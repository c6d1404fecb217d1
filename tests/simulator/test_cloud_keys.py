# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys of a project."""

import pytest

from tests.simulator.cloud import OTHER_KEY, PUBLIC_KEY, Project, refused, settings


@pytest.fixture
def empty(sim, client, project):
    return Project(sim, client, project["empty"])


def test_id_is_made_of_the_name(empty):
    made = empty.post("/sshkey", name="sylvain2016", publicKey=PUBLIC_KEY, region="GRA11")
    assert made["id"] == "63336c73646d4670626a49774d54593d"
    assert made["regions"] == ["GRA11"]
    assert len(made["fingerPrint"].split(":")) == 16
    assert empty.get("/sshkey") == [{key: made[key] for key in ("id", "name", "publicKey", "regions")}]
    assert empty.get(f"/sshkey/{made['id']}") == made


def test_one_key_in_several_regions(empty):
    first = empty.post("/sshkey", name="k", publicKey=PUBLIC_KEY, region="GRA11")
    second = empty.post("/sshkey", name="k", publicKey=PUBLIC_KEY, region="SBG5")
    assert first["id"] == second["id"]
    assert second["regions"] == ["GRA11", "SBG5"]
    assert [key["id"] for key in empty.get("/sshkey", region="SBG5")] == [first["id"]]
    assert empty.get("/sshkey", region="BHS5") == []


def test_without_region_it_is_made_and_refused(sim, empty):
    with refused(400, "Invalid region parameter"):
        empty.post("/sshkey", name="k", publicKey=PUBLIC_KEY)
    assert set(empty.get("/sshkey")[0]["regions"]) == set(empty.get("/region"))
    with settings(sim, ssh_key_without_region_fails=False):
        assert empty.post("/sshkey", name="other", publicKey=PUBLIC_KEY, region=None)["name"] == "other"


def test_duplicates(empty):
    empty.post("/sshkey", name="k", publicKey=PUBLIC_KEY, region="GRA11")
    with refused(409, "already exists"):
        empty.post("/sshkey", name="k", publicKey=PUBLIC_KEY, region="GRA11")
    with refused(409, "already exists"):
        empty.post("/sshkey", name="k", publicKey=OTHER_KEY, region="SBG5")


@pytest.mark.parametrize(
    "key",
    ["", "ssh-ed25519", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIExample", "ssh-ed25519 !!!", "ssh-dss AAAAB3NzaC1kc3M="],
)
def test_not_a_public_key(empty, key):
    with refused(400, "Invalid public key"):
        empty.post("/sshkey", name="k", publicKey=key, region="GRA11")


def test_other_refusals(sim, empty):
    with refused(400, "Invalid region WAW1"):
        empty.post("/sshkey", name="k", publicKey=PUBLIC_KEY, region="WAW1")
    with refused(404, "Object not found"):
        empty.delete("/sshkey/6b")
    sim.make("quota", project=empty.id, region="GRA11", keypair=0)
    with refused(409, "max quota of 0 reached for: keypair"):
        empty.post("/sshkey", name="k", publicKey=PUBLIC_KEY, region="GRA11")


def test_delete(empty):
    made = empty.post("/sshkey", name="k", publicKey=PUBLIC_KEY, region="GRA11")
    assert empty.delete(f"/sshkey/{made['id']}") is None
    assert empty.get("/sshkey") == []
