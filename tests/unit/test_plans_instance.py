# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of instances."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Ambiguous, InputProblem, NotFound
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import LATER, Failed, Pending, Ready, Secret
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.kind import InstanceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.spec import InstanceSpec, NetworkWish

from tests.unit.support.cloud import (
    EXT_NET,
    PROJECT,
    Cloud,
    address,
    flavor,
    image,
    instance,
    interface,
    network,
    openstack_id,
    ssh_key,
    subnet,
    uuid,
)
from tests.unit.support.plans import action, blocked, calls, missing, plan, readiness, refusal, requests

KIND = InstanceKind()
BASE = f"/cloud/project/{PROJECT}/instance"
BLUE = network(regions=("GRA11", "SBG5"))
BLUE_ID = BLUE["id"]
OPENSTACK_ID = openstack_id(42, "GRA11")


def cloud(*things):
    """The network with its subnet in GRA11, and other things."""
    return Cloud(BLUE, subnet(), *things)


def on(*networks):
    return tuple(NetworkWish(*one) if isinstance(one, tuple) else NetworkWish(one) for one in networks)


def wish(name="web", state="present", region="GRA11", networks=None, **fields):
    choices = {"flavor": "b3-8", "image": "Debian 12"} if state == "present" else {}
    wishes = None if networks is None else on(*networks)
    return InstanceSpec(state, "running", name, region, networks=wishes, **{**choices, **fields}).validated()


def connected(*ids, **fields):
    """An instance with an interface on each of these networks."""
    return instance(interfaces=[interface(one) for one in ids], ipAddresses=[address(one) for one in ids], **fields)


@pytest.mark.parametrize(
    ("spec", "there", "expected"),
    [
        (wish(), [], "create"),
        (wish(), [connected(EXT_NET)], "none"),
        (wish(), [connected(EXT_NET, where="SBG5")], "create"),
        (wish(), [connected(EXT_NET, name="other")], "create"),
        (wish(), [connected(EXT_NET, status="SHUTOFF")], "none"),
        (wish(), [connected(EXT_NET, BLUE_ID)], "none"),
        (wish(networks=["public", "blue"]), [connected(EXT_NET, BLUE_ID)], "none"),
        (wish(networks=["public", "blue"]), [connected(EXT_NET, OPENSTACK_ID)], "none"),
        (wish(networks=["public", BLUE_ID]), [connected(EXT_NET, OPENSTACK_ID)], "none"),
        (wish(networks=["public", OPENSTACK_ID]), [connected(EXT_NET, BLUE_ID)], "none"),
        (wish(networks=["public", "42"]), [connected(EXT_NET, BLUE_ID)], "none"),
        (wish(networks=["public", "blue"]), [connected(EXT_NET)], "update"),
        (wish(networks=["blue"]), [connected(EXT_NET, BLUE_ID)], "none"),
        (wish(networks=["public"]), [connected(BLUE_ID)], "update"),
        (wish(networks=["public", "blue"]), [instance(status="BUILD")], "none"),
        (wish(), [instance(status="DELETING")], "create"),
        (wish(), [instance(status="DELETING"), connected(EXT_NET)], "none"),
        (wish(state="absent"), [], "none"),
        (wish(state="absent"), [connected(EXT_NET)], "delete"),
        (wish(state="absent"), [instance(status="ERROR")], "delete"),
        (wish(state="absent"), [instance(status="DELETING")], "none"),
        (wish(state="absent"), [connected(EXT_NET, where="SBG5")], "none"),
        (wish(uuid(7), state="absent"), [connected(EXT_NET, id=uuid(7))], "delete"),
    ],
)
def test_what_is_to_be_done(spec, there, expected):
    assert action(KIND, spec, cloud(*there)) == expected


# Creation


def test_a_new_instance_is_one_call():
    spec = wish(networks=["public", ("blue", "10.0.0.7")], ssh_key="ci", billing="hourly")
    [(method, path, body)] = requests(KIND, spec, cloud(ssh_key()))
    assert (method, path) == ("POST", BASE)
    assert body == {
        "name": "web",
        "region": "GRA11",
        "flavorId": "flavor-b3-8-GRA11",
        "imageId": "image-Debian 12-GRA11",
        "sshKeyId": "id-of-ci",
        "monthlyBilling": False,
        "networks": [{"networkId": EXT_NET}, {"networkId": BLUE_ID, "ip": "10.0.0.7"}],
    }


def test_networks_are_sent_by_the_guides_id_and_if_that_is_refused_by_openstacks():
    [call] = calls(KIND, wish(networks=["blue"]), cloud())
    assert call.body["networks"] == [{"networkId": BLUE_ID}]
    assert call.otherwise.body["networks"] == [{"networkId": OPENSTACK_ID}]
    assert call.otherwise.otherwise is None


def test_without_networks_none_are_sent_and_the_public_one_is_predicted():
    [(_method, _path, body)] = requests(KIND, wish(), cloud())
    assert "networks" not in body
    after = plan(KIND, wish(), cloud()).after
    assert [one["type"] for one in after["interfaces"]] == ["public"]
    assert after["public_ip"] is LATER


def test_an_instance_without_the_public_network_gets_no_public_address():
    after = plan(KIND, wish(networks=[("blue", "10.0.0.7")]), cloud()).after
    assert (after["public_ip"], after["public_ipv6"], after["private_ip"]) == (None, None, "10.0.0.7")


def test_user_data_is_sent_and_printed_nowhere():
    spec = wish(user_data=Secret("#cloud-config with a password"))
    change, [call] = plan(KIND, spec, cloud()), calls(KIND, spec, cloud())
    assert call.body["userData"].open() == "#cloud-config with a password"
    assert "password" not in repr(spec) + repr(change) + repr(call)


def test_a_creation_without_answer_is_repeated_late_for_names_are_not_unique():
    [call] = calls(KIND, wish(), cloud())
    assert call.patience >= 60.0


def test_a_network_that_is_not_in_use_yet_is_waited_for():
    there = Cloud(network(regions={"GRA11": "BUILDING"}), subnet())
    assert "BUILDING" in blocked(KIND, wish(networks=["blue"]), there)


def test_a_network_in_a_state_that_waiting_may_not_change_is_refused():
    there = Cloud(network(regions={"GRA11": "BUILDING_ERROR"}), subnet())
    assert (
        "BUILDING_ERROR in GRA11" in refusal(KIND, wish(networks=["blue"]), there, "network_takes_no_more").sentence()
    )


def test_the_old_instance_is_waited_for():
    assert "being removed" in blocked(KIND, wish(), cloud(instance(status="DELETING")))


# Attaching


def test_only_what_is_lacking_is_attached():
    there = connected(EXT_NET)
    spec = wish(networks=["public", ("blue", "10.0.0.7")])
    body = {"networkId": BLUE_ID, "ip": "10.0.0.7"}
    assert requests(KIND, spec, cloud(there)) == [("POST", f"{BASE}/{there['id']}/interface", body)]


def test_no_network_is_ever_removed():
    assert action(KIND, wish(networks=["public"]), cloud(connected(EXT_NET, BLUE_ID))) == "none"


def test_two_networks_are_attached_one_after_the_other():
    green = network("green", 7)
    spec = wish(networks=["blue", "green"])
    for on, sent in (([EXT_NET], BLUE_ID), ([EXT_NET, BLUE_ID], green["id"])):
        there = cloud(connected(*on), green)
        there.subnets[green["id"]] = [subnet(cidr="10.7.0.0/24")]
        [(_method, _path, body)] = requests(KIND, spec, there)
        assert body == {"networkId": sent}


def test_an_interface_that_is_being_added_is_waited_for():
    there = instance(interfaces=[interface(), interface(BLUE_ID, state="BUILD")])
    assert readiness(KIND, wish(networks=["public", "blue"]), cloud(there)) is Pending


# Refusals


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"flavor": "b3-9"}, "not_offered", "did you mean b3-8"),
        ({"flavor": "gone"}, "flavor_unavailable", "not available in GRA11"),
        ({"image": "Debian 13"}, "not_offered", "did you mean Debian 12"),
        ({"image": "Windows"}, "image_does_not_fit", "windows"),
        ({"image": "Huge"}, "image_does_not_fit", "100 GB of disk"),
        ({"image": "Hungry"}, "image_does_not_fit", "16000 MB of memory"),
        ({"billing": "monthly"}, "flavor_not_monthly", "no monthly billing"),
        ({"availability_zone": "gra-a"}, "zone_not_here", "has one zone only"),
        ({"region": "GRA12"}, "region_unknown", "did you mean GRA11"),
        ({"networks": [("blue", "10.9.0.7")]}, "ip_outside", "10.0.0.0/24"),
        ({"networks": ["pn-1100042_7"]}, "not_found", "no network 'pn-1100042_7'"),
        ({"networks": [openstack_id(42, "SBG5")]}, "id_of_other_region", "in SBG5, not in GRA11"),
    ],
)
def test_what_the_api_would_refuse_is_refused_before(fields, code, text):
    offers = [
        flavor("gone", available=False),
        image("Windows", type="windows"),
        image("Huge", minDisk=100),
        image("Hungry", minRam=16000),
    ]
    assert text in str(refusal(KIND, wish(**fields), cloud(*offers), code))


def test_of_several_images_of_a_name_the_newest_that_is_active_is_taken():
    images = [
        image("Own", id="old", creationDate="2026-01-01T00:00:00Z"),
        image("Own", id="new", creationDate="2026-03-01T00:00:00Z"),
        image("Own", id="queued", creationDate="2026-04-01T00:00:00Z", status="queued"),
        image("Own", "SBG5", id="elsewhere", creationDate="2026-05-01T00:00:00Z"),
    ]
    [(_method, _path, body)] = requests(KIND, wish(image="Own"), cloud(*images))
    assert body["imageId"] == "new"
    problem = refusal(KIND, wish(image="Own"), cloud(*images, image("Own", id="other", type="windows")), "ambiguous")
    for one in ("old", "new", "other"):
        assert f"Own ({one})" in str(problem)


def test_several_of_a_name_are_not_guessed():
    both = [connected(EXT_NET, id=uuid(1)), connected(EXT_NET, id=uuid(2))]
    for state in ("present", "absent"):
        problem = refusal(KIND, wish(state=state), cloud(*both), "instance_several")
        assert isinstance(problem, Ambiguous)
        assert uuid(1) in str(problem)
        assert uuid(2) in str(problem)


def test_several_that_are_being_built_come_from_runs_at_the_same_moment():
    """Each of these runs removes its own again, so the oldest is the one."""
    first = connected(EXT_NET, id=uuid(2), created="2026-11-01T10:00:00+00:00")
    second = instance(id=uuid(1), status="BUILD", created="2026-11-01T10:00:05+00:00")
    change = plan(KIND, wish(networks=None), cloud(first, second))
    assert (change.action.value, change.before["id"]) == ("none", uuid(2))
    assert refusal(KIND, wish(state="absent"), cloud(first, second), "instance_several")


def test_an_address_that_differs_is_not_changed():
    there = instance(interfaces=[interface(BLUE_ID, "10.0.0.9")])
    problem = refusal(KIND, wish(networks=[("blue", "10.0.0.7")]), cloud(there), "interface_ip_differs")
    assert "10.0.0.9, not 10.0.0.7" in str(problem)


def test_a_stopped_instance_takes_no_interface():
    there = connected(EXT_NET, status="SHUTOFF")
    spec = wish(networks=["public", "blue"])
    with pytest.raises(Exception, match="is in status SHUTOFF") as caught:
        calls(KIND, spec, cloud(there))
    assert caught.value.code == "instance_not_ready"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"networks": []}, "networks_empty"),
        ({"networks": ["blue", "blue"]}, "twice"),
        ({"networks": [("public", "10.0.0.1")]}, "ip_public"),
        ({"networks": [("blue", "10.0.0")]}, "address_bad"),
    ],
)
def test_what_can_be_refused_without_a_look(fields, code):
    with pytest.raises(InputProblem) as caught:
        wish(**fields)
    assert caught.value.code == code


def test_twice_in_a_list():
    specs = [wish(), wish(networks=["blue"]), wish(region="SBG5")]
    assert [one.code for one in KIND.check(specs, cloud().look(KIND, *specs))] == ["twice"]


# What stays as it is


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"flavor": "b3-16"}, "has flavor 'b3-8', not 'b3-16'"),
        ({"image": "Ubuntu 24.04"}, "has image 'Debian 12', not 'Ubuntu 24.04'"),
        ({"billing": "monthly"}, "has hourly billing, not monthly"),
    ],
)
def test_what_cannot_be_changed_is_a_warning(fields, text):
    there = cloud(connected(EXT_NET), flavor("b3-16"), image("Ubuntu 24.04"))
    change = plan(KIND, wish(**fields), there)
    assert change.action.value == "none"
    assert any(text in warning for warning in change.drift)


@pytest.mark.parametrize("fields", [{}, {"flavor": "flavor-b3-8-GRA11"}, {"image": "image-Debian 12-GRA11"}])
def test_flavor_and_image_may_be_named_by_id(fields):
    assert plan(KIND, wish(**fields), cloud(connected(EXT_NET))).warnings == ()


def test_an_image_that_left_the_catalogue_is_no_difference():
    there = connected(EXT_NET, imageId="an-old-one")
    assert plan(KIND, wish(), cloud(there)).warnings == ()


# Missing


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"networks": ["green"]}, ["not_found"]),
        ({"ssh_key": "nobody"}, ["not_found"]),
        ({"region": "SBG5", "networks": ["blue"]}, ["network_without_subnet"]),
        ({"networks": ["green"], "ssh_key": "nobody"}, ["not_found", "not_found"]),
        ({"networks": ["blue"]}, []),
    ],
)
def test_what_an_earlier_task_may_make_is_missing(fields, expected):
    assert missing(KIND, wish(**fields), cloud()) == expected


def test_a_network_of_another_region_is_missing_here():
    assert missing(KIND, wish(networks=["red"]), cloud(network("red", 7, ("SBG5",)))) == ["network_not_in_region"]


def test_a_missing_network_of_an_instance_that_is_there_is_predicted_as_attached():
    change = plan(KIND, wish(networks=["public", "green"]), cloud(connected(EXT_NET)))
    assert change.action.value == "update"
    assert [one["network"] for one in change.after["interfaces"]] == ["public", "green"]


def test_an_id_that_nothing_has_is_an_error_at_once():
    assert isinstance(refusal(KIND, wish(networks=[uuid(5)]), cloud(), "not_found"), NotFound)


# Readiness


@pytest.mark.parametrize(
    ("status", "expected"),
    [("ACTIVE", Ready), ("SHUTOFF", Ready), ("BUILD", Pending), ("BUILDING", Pending), ("ERROR", Failed)],
)
def test_when_it_is_ready(status, expected):
    assert readiness(KIND, wish(), cloud(connected(EXT_NET, status=status))) is expected


def test_one_that_is_going_is_waited_for():
    assert readiness(KIND, wish(state="absent"), cloud(instance(status="DELETING"))) is Pending
