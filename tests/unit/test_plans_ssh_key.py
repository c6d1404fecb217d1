# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of SSH keys."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Immutable, InputProblem
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.kind import SshKeyKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.spec import SshKeySpec

from tests.unit.support.cloud import PROJECT, Cloud, public_key, ssh_key
from tests.unit.support.plans import action, plan, refusal, requests

KIND = SshKeyKind()
BASE = f"/cloud/project/{PROJECT}/sshkey"


def wish(name="ci", key=None, state="present", **fields):
    return SshKeySpec(state, "running", name, key or public_key(), **fields).validated()


@pytest.mark.parametrize(
    ("spec", "there", "expected"),
    [
        (wish(), [], "create"),
        (wish(), [ssh_key("other")], "create"),
        (wish(), [ssh_key()], "none"),
        (wish(key=public_key() + " another@comment"), [ssh_key()], "none"),
        (wish(region="GRA11"), [ssh_key()], "none"),
        (wish(region="SBG5"), [ssh_key(regions=["GRA11"])], "update"),
        (wish(region="GRA11"), [ssh_key(regions=[])], "none"),
        (wish(key=public_key("two"), force=True), [ssh_key()], "replace"),
        (wish(force=True), [ssh_key()], "none"),
        (wish(state="absent"), [], "none"),
        (wish(state="absent"), [ssh_key()], "delete"),
        (wish(name="id-of-ci", state="absent"), [ssh_key()], "delete"),
    ],
)
def test_what_is_to_be_done(spec, there, expected):
    assert action(KIND, spec, Cloud(*there)) == expected


def test_a_new_key_is_one_call():
    assert requests(KIND, wish(), Cloud()) == [("POST", BASE, {"name": "ci", "publicKey": public_key()})]
    [(_method, _path, body)] = requests(KIND, wish(region="GRA11"), Cloud())
    assert body["region"] == "GRA11"


def test_a_key_is_replaced_by_removing_it_first():
    spec = wish(key=public_key("two"), force=True)
    assert requests(KIND, spec, Cloud(ssh_key())) == [("DELETE", f"{BASE}/id-of-ci", None)]


def test_another_key_of_that_name_is_not_overwritten():
    problem = refusal(KIND, wish(key=public_key("two")), Cloud(ssh_key()), "key_differs")
    assert isinstance(problem, Immutable)
    assert str(problem).count("SHA256:") == 2
    assert "force: true" in problem.advice


def test_a_region_that_the_project_does_not_have():
    assert "did you mean GRA11" in str(refusal(KIND, wish(region="GRA12"), Cloud(), "region_unknown"))


def test_a_region_is_added_to_those_that_are_there():
    assert plan(KIND, wish(region="SBG5"), Cloud(ssh_key(regions=["GRA11"]))).after["regions"] == ["GRA11", "SBG5"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 not-base64!",
        public_key() + "\n" + public_key("two"),
        public_key().replace("ssh-ed25519", "ssh-rsa"),
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_is_no_public_key(key):
    with pytest.raises(InputProblem):
        SshKeySpec("present", "running", "ci", key).validated()


def test_no_message_shows_what_was_given_as_a_key():
    """It may be the private one."""
    with pytest.raises(InputProblem) as caught:
        SshKeySpec(
            "present", "running", "ci", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END"
        ).validated()
    assert "b3BlbnNzaC1r" not in str(caught.value)


def test_spaces_and_newlines_around_a_key_do_not_matter():
    spec = wish(key=f"  {public_key()}   me@host \n")
    assert spec.public_key == f"{public_key()} me@host"
    assert action(KIND, spec, Cloud(ssh_key())) == "none"


def test_twice_in_a_list():
    specs = [wish(), wish(key=public_key("two")), wish("other")]
    assert [one.code for one in KIND.check(specs, Cloud().look(KIND, *specs))] == ["twice"]


@pytest.mark.parametrize("kind", ["ssh-dss", "ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp192"])
def test_a_type_that_instances_are_not_made_with_is_refused(kind):
    with pytest.raises(InputProblem, match=f"of type {kind}, which instances are not made with"):
        wish(key=public_key(kind=kind))


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"])
def test_types_that_are_taken(kind):
    assert wish(key=public_key(kind=kind)).public_key == public_key(kind=kind)


def test_a_type_that_stands_somewhere_in_the_key_is_not_enough():
    hidden = base64.b64encode(b"\x00\x00\x00\x05other, ssh-rsa, ssh-rsa").decode()
    with pytest.raises(InputProblem, match="does not hold a key of type ssh-rsa"):
        wish(key=f"ssh-rsa {hidden}")


def test_one_key_by_its_name_and_by_its_id_is_twice():
    for specs in (
        [wish(), wish("id-of-ci")],
        [wish(), wish(" ci")],
        [wish(region="GRA11"), wish("id-of-ci", region="GRA11")],
    ):
        assert [one.code for one in KIND.check(specs, Cloud(ssh_key()).look(KIND, *specs))] == ["twice"]
    contrary = [wish(), wish("id-of-ci", state="absent", region="GRA11")]
    assert [one.code for one in KIND.check(contrary, Cloud(ssh_key()).look(KIND, *contrary))] == ["key_two_ways"]


def test_a_key_without_a_region_stays_in_those_that_it_has():
    assert action(KIND, wish(), Cloud(ssh_key(regions=["GRA11"]))) == "none"


def test_a_key_by_its_id_is_not_new():
    """So no quota is read for it."""
    cloud = Cloud(ssh_key())
    cloud.more[f"cloud/project/{PROJECT}/quota"] = "not even a list"
    change = plan(KIND, wish("id-of-ci"), cloud)
    assert (change.action.value, change.warnings) == ("none", ())
    [warning] = plan(KIND, wish("new"), cloud).warnings
    assert "the quotas of project 'running' cannot be read" in warning
