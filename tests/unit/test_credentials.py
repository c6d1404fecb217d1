# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where endpoint and credentials come from, and what is said when they don't fit."""

from __future__ import annotations

import os

import ovh
import ovh.config
import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api import session
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api.credentials import (
    ENDPOINTS,
    Credentials,
    config_files,
    nothing_else_is_read,
    resolve,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Configuration

MORE = {"ovh-eu": "https://eu.api.ovh.com/1.0", "ovh-moon": "https://moon.api.ovh.com/1.0"}
SECRETS = {name: f"{name}-that-nobody-may-see" for name in ("application_secret", "consumer_key", "client_secret")}
KEY = {
    "application_key": "0123456789abcdef",
    "application_secret": SECRETS["application_secret"],
    "consumer_key": SECRETS["consumer_key"],
}
CLIENT = {"client_id": "EU.0123456789abcdef", "client_secret": SECRETS["client_secret"]}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("OVH_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def environment(monkeypatch):
    """Set OVH_* variables."""

    def set_all(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"OVH_{name.upper()}", value)

    return set_all


@pytest.fixture
def file(tmp_path):
    """Write a configuration file."""

    def write(name="ovh.conf", text=None, endpoint="ovh-eu", **values):
        path = tmp_path / name
        lines = ["[default]", f"endpoint={endpoint}", "", f"[{endpoint}]"]
        lines += [f"{key}={value}" for key, value in values.items()]
        path.write_text("\n".join(lines) if text is None else text, encoding="utf-8")
        return str(path)

    return write


def found(options=None, files=(), config_file=None, endpoint="ovh-eu"):
    given = {"endpoint": endpoint, **(options or {})}
    return resolve(given, list(files), lambda: MORE, config_file, host="controller")


def refused(match, **arguments):
    with pytest.raises(Configuration, match=match) as caught:
        found(**arguments)
    return caught.value


# Order


def test_options_alone_are_enough():
    assert found(KEY) == Credentials("ovh-eu", **KEY)
    assert found(CLIENT) == Credentials("ovh-eu", **CLIENT)


def test_options_come_before_environment_and_environment_before_files(environment, file):
    environment(application_key="from-environment", consumer_key="from-environment")
    path = file(application_key="from-file", application_secret="from-file", consumer_key="from-file")
    credentials = found({"application_key": "from-options"}, [path])
    assert credentials.application_key == "from-options"
    assert credentials.consumer_key == "from-environment"
    assert credentials.application_secret == "from-file"


def test_of_the_library_s_files_the_last_wins(file):
    system = file("system", application_key="system", application_secret="system", consumer_key="system")
    own = file("own", application_key="own", application_secret="own")
    credentials = found(None, [system, own])
    shown = (credentials.application_key, credentials.application_secret, credentials.consumer_key)
    assert shown == ("own", "own", "system")


# A file that is named


OTHER_KEY = {"application_key": "fedcba9876543210", "application_secret": "s" * 32, "consumer_key": "c" * 32}


@pytest.mark.parametrize("others", [KEY, CLIENT], ids=["key", "client"])
def test_a_named_file_comes_before_the_environment(environment, file, others):
    environment(endpoint="ovh-eu", **others)
    named = file("named", endpoint="ovh-ca", **OTHER_KEY)
    assert found(None, [], named, endpoint=None) == Credentials("ovh-ca", **OTHER_KEY)
    assert found(CLIENT, [], named) == Credentials("ovh-eu", **CLIENT)


def test_a_named_file_without_an_endpoint_takes_the_environment_s(environment, file):
    environment(endpoint="ovh-ca", **KEY)
    named = file("named", text="[ovh-ca]\n" + "".join(f"{name}={value}\n" for name, value in OTHER_KEY.items()))
    assert found(None, [], named, endpoint=None) == Credentials("ovh-ca", **OTHER_KEY)


@pytest.mark.parametrize("given", [{}, KEY], ids=["nothing else", "options"])
def test_a_named_file_that_is_missing_is_an_error_whatever_else_there_is(environment, tmp_path, given):
    environment(endpoint="ovh-eu", **KEY)
    refused("config_file .*nowhere.conf does not exist", options=given, config_file=str(tmp_path / "nowhere.conf"))


@pytest.mark.parametrize("lacking", [*OTHER_KEY, "all"])
@pytest.mark.parametrize("place", ["environment", "file"])
def test_a_named_file_is_not_mixed_with_what_is_farther_away(environment, file, lacking, place):
    """Key and secret of one account with the consumer key of another one would act on the other one."""
    values = {name: value for name, value in OTHER_KEY.items() if lacking not in (name, "all")}
    named = file("named", **values)
    others = [file("other", **KEY)] if place == "file" else []
    if place == "environment":
        environment(endpoint="ovh-eu", **KEY)
    problem = refused("config_file .*named has no", files=others, config_file=named)
    assert (lacking if lacking != "all" else "application_key") in problem.what
    assert "[ovh-eu]" in problem.what
    assert "environment" in problem.advice


def test_options_complete_a_named_file(file):
    named = file("named", application_key="named", application_secret="named")
    credentials = found({"consumer_key": "mine"}, [], named)
    assert (credentials.application_key, credentials.consumer_key) == ("named", "mine")


def test_a_named_file_that_cannot_be_read_is_named(file, monkeypatch):
    named = file("named", **KEY)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    problem = refused("a configuration file cannot be read: no permission", options=KEY, config_file=named)
    assert named in problem.what


# Several sources


def test_one_source_needs_no_words(environment, file):
    assert found(KEY).mixed == ""
    assert found(None, [file(**KEY)]).mixed == ""
    environment(**KEY)
    assert found(None, [file(**OTHER_KEY)]).mixed == ""


@pytest.mark.parametrize("name", [*KEY, "client_secret"])
def test_credentials_of_several_sources_are_told(environment, file, name):
    whole = CLIENT if name in CLIENT else KEY
    rest = {one: value for one, value in whole.items() if one != name}
    environment(**rest)
    credentials = found({name: "mine"}, [file(**OTHER_KEY)])
    told = credentials.mixed
    assert f"{name} from the options" in told
    assert all(f"{one} from the environment" in told for one in rest)
    assert not any(value in told for value in rest.values())
    assert getattr(credentials, name) == "mine"


def test_the_section_of_the_endpoint_counts(file):
    text = "[ovh-ca]\nclient_id=canada\nclient_secret=canada\n[ovh-eu]\nclient_id=europe\nclient_secret=europe\n"
    assert found(None, [file(text=text)], endpoint="ovh-ca").client_id == "canada"
    assert found(None, [file(text=text)], endpoint="ovh-eu").client_id == "europe"


def test_the_endpoint_can_come_from_a_file(file):
    credentials = found(None, [file(endpoint="ovh-ca", **CLIENT)], endpoint=None)
    assert credentials == Credentials("ovh-ca", **CLIENT)


# Empty is unset


@pytest.mark.parametrize("empty", ["", "  ", "\n", None])
def test_empty_options_are_unset(environment, empty):
    environment(endpoint="ovh-ca", **CLIENT)
    options = dict.fromkeys([*KEY, "client_secret"], empty)
    assert found(options, endpoint=empty) == Credentials("ovh-ca", **CLIENT)


def test_empty_variables_are_unset(environment, file):
    environment(endpoint="", client_id="", client_secret="", application_key="")
    assert found(None, [file(**KEY)], endpoint=None) == Credentials("ovh-eu", **KEY)


def test_empty_values_in_a_file_are_unset(file):
    path = file(client_id="", client_secret="", **KEY)
    assert found(None, [path]) == Credentials("ovh-eu", **KEY)


def test_a_newline_behind_a_value_is_no_part_of_it():
    """As a block scalar or a file read by a lookup has it."""
    assert found({name: f"{value}\n" for name, value in KEY.items()}) == Credentials("ovh-eu", **KEY)


# Two kinds


def test_both_kinds_in_one_source_are_refused():
    problem = refused("both an application key .from the options. and an OAuth2 client", options={**KEY, **CLIENT})
    assert "Leave one of them out" in str(problem)


def test_both_kinds_in_one_file_are_refused(file):
    refused("both an application key .from a configuration file.", files=[file(**KEY, **CLIENT)])


@pytest.mark.parametrize(("mine", "theirs"), [(KEY, CLIENT), (CLIENT, KEY)], ids=["key", "client"])
def test_the_kind_of_the_earlier_source_is_used_whatever_later_ones_hold(environment, file, mine, theirs):
    environment(**theirs)
    path = file(**theirs)
    assert found(mine, [path]) == Credentials("ovh-eu", **mine)


def test_environment_before_file_with_the_other_kind(environment, file):
    environment(**CLIENT)
    assert found(None, [file(**KEY)]) == Credentials("ovh-eu", **CLIENT)


def test_halves_of_two_kinds_do_not_make_one(environment):
    environment(**CLIENT)
    problem = refused("application_secret, consumer_key missing", options={"application_key": "0123456789abcdef"})
    assert "client_id" not in problem.what


# Missing


def test_nothing_at_all_says_what_is_missing_where_was_looked_and_what_to_do(file):
    files = ["/etc/ovh.conf", "/home/user/.ovh.conf"]
    problem = refused(
        "no complete credentials: endpoint, application_key, application_secret, consumer_key missing",
        files=files,
        endpoint=None,
    )
    order = ["task's options", "environment", "/home/user/.ovh.conf", "/etc/ovh.conf", "on host controller"]
    places = [problem.what.index(place) for place in order]
    assert places == sorted(places)
    assert "delegate_to" in problem.advice


def test_a_half_client_is_told_of_its_other_half():
    refused("credentials: client_secret missing", options={"client_id": "EU.0123456789abcdef"})


def test_a_file_for_another_endpoint_does_not_help(file):
    refused("application_key, application_secret", files=[file(endpoint="ovh-ca", **KEY)])


# Odd files


@pytest.mark.parametrize(
    "text",
    ["no section\n", "[ovh-eu]\nclient_id=a\nclient_id=b\n", "[ovh-eu]\n[ovh-eu]\n", "[ovh-eu\n"],
    ids=["no-section", "twice", "section-twice", "open-bracket"],
)
def test_a_broken_file_is_named_and_not_shown(file, text):
    path = file(text=text + SECRETS["client_secret"])
    problem = refused("a configuration file cannot be read", files=[path])
    assert path in str(problem)
    assert SECRETS["client_secret"] not in str(problem)


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "ovh.conf"
    path.write_bytes(b"[ovh-eu]\nclient_id=\xff\xfe\x80\n")
    refused("a configuration file cannot be read", files=[str(path)])


def test_percent_signs_are_just_characters(file):
    path = file(client_id="EU.1", client_secret="100%(sure)s")
    assert found(None, [path]).client_secret == "100%(sure)s"


def test_files_of_the_library_may_be_missing_but_not_config_file(tmp_path, file):
    missing = str(tmp_path / "missing")
    assert found(None, [missing, file(**CLIENT)]).client_id == CLIENT["client_id"]
    refused("config_file .*missing does not exist", config_file=missing)


def test_a_folder_is_no_config_file(tmp_path):
    refused("does not exist", config_file=str(tmp_path))


# Endpoints


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://eu.api.ovh.com/1.0",
        "https://eu.api.ovh.com/v1",
        "https://proxy.example.org:8443/1.0",
        "http://127.0.0.1:8080/1.0",
        "http://localhost:8080",
        "http://[::1]:8080/1.0",
    ],
)
def test_addresses_are_endpoints(endpoint):
    assert found(CLIENT, endpoint=endpoint).endpoint == endpoint


def test_credentials_for_an_address_can_be_in_a_file(file):
    address = "http://127.0.0.1:8080/1.0"
    assert found(None, [file(endpoint=address, **CLIENT)], endpoint=address) == Credentials(address, **CLIENT)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://eu.api.ovh.com/1.0",
        "http://localhost.example.org/1.0",
        "http://127.0.0.1@example.org/1.0",
        "HTTP://example.org",
    ],
)
def test_http_is_refused_off_loopback(endpoint):
    refused("is not encrypted", options=CLIENT, endpoint=endpoint)


@pytest.mark.parametrize("endpoint", ["ovh-fr", "eu.api.ovh.com", "ftp://example.org", "https://", "file:///etc"])
def test_an_unknown_endpoint_is_told_of_the_known_ones(endpoint):
    problem = refused("is unknown", options=CLIENT, endpoint=endpoint)
    assert "ovh-eu, ovh-moon" in problem.advice


# Secrets


def messages(file):
    """Every error that knows secrets."""
    whole = {**KEY, **CLIENT}
    broken = "[ovh-eu]\nclient_secret={client_secret}\nclient_secret={client_secret}\n".format(**SECRETS)
    attempts = [
        {"options": whole},
        {"options": {**KEY, "application_key": ""}},
        {"options": {"client_secret": SECRETS["client_secret"]}},
        {"options": KEY, "endpoint": "nowhere"},
        {"options": KEY, "endpoint": "http://example.org"},
        {"files": [file(text=broken)]},
    ]
    for attempt in attempts:
        with pytest.raises(Configuration) as caught:
            found(**attempt)
        yield str(caught.value) + repr(caught.value) + repr(caught.value.facts())


def test_no_message_holds_a_secret(file):
    for message in messages(file):
        assert not any(secret in message for secret in SECRETS.values())


def test_credentials_do_not_print_themselves():
    text = repr(Credentials("ovh-eu", **KEY)) + str(Credentials("ovh-eu", **CLIENT))
    assert not any(secret in text for secret in SECRETS.values())


def test_all_secrets_are_known_to_be_hidden():
    assert Credentials("ovh-eu", **KEY).secrets() == [KEY["application_secret"], KEY["consumer_key"]]
    assert Credentials("ovh-eu", **CLIENT).secrets() == [CLIENT["client_secret"]]


# What python-ovh would read by itself


@pytest.mark.parametrize(("mine", "theirs"), [(KEY, CLIENT), (CLIENT, KEY)], ids=["key", "client"])
def test_python_ovh_does_not_add_the_other_kind_from_the_environment(environment, mine, theirs):
    environment(endpoint="ovh-ca", **theirs)
    before = dict(os.environ)
    opened = session.Session(Credentials("ovh-eu", **mine), 8, lambda: 1.0)._ovh
    assert opened._endpoint == "https://eu.api.ovh.com/1.0"
    assert (opened._oauth2 is not None) is (mine is CLIENT)
    assert dict(os.environ) == before


def test_what_is_hidden_from_python_ovh_comes_back_after_an_error(environment):
    environment(**KEY)
    before, paths = dict(os.environ), ovh.config.CONFIG_PATH

    def fail_within():
        with nothing_else_is_read(ovh.config):
            assert "OVH_APPLICATION_KEY" not in os.environ
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail_within()
    assert (dict(os.environ), ovh.config.CONFIG_PATH) == (before, paths)


def test_an_address_that_is_none_is_an_unknown_endpoint():
    refused("is unknown", options=CLIENT, endpoint="https://[::1/1.0")


# What is known of python-ovh without importing it


def test_the_names_and_files_are_python_ovh_s():
    """Importing it takes a third as long as a task that finds nothing to do."""
    assert set(ENDPOINTS) == {name for name in ovh.client.ENDPOINTS if "/" not in name}  # the others are tests' own
    assert config_files() == ovh.config.CONFIG_PATH


def test_a_name_that_a_newer_python_ovh_has_is_known():
    assert found(CLIENT, endpoint="ovh-moon") == Credentials("ovh-moon", **CLIENT)


def test_python_ovh_is_not_asked_for_a_name_that_is_known():
    def asked():
        raise AssertionError("asked")

    assert resolve({"endpoint": "ovh-us", **CLIENT}, [], asked).endpoint == "ovh-us"
