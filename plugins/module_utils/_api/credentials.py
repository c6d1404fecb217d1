# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where endpoint and credentials come from: options, the file that is named, the environment, python-ovh's files."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from .._messages import error

KEY_OPTIONS = ("application_key", "application_secret", "consumer_key")
CLIENT_OPTIONS = ("client_id", "client_secret")
OPTIONS = ("endpoint",) + KEY_OPTIONS + CLIENT_OPTIONS
SECRET_OPTIONS = ("application_secret", "consumer_key", "client_secret")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ENDPOINTS = ("ovh-eu", "ovh-us", "ovh-ca", "kimsufi-eu", "kimsufi-ca", "soyoustart-eu", "soyoustart-ca")
"""The names that python-ovh has. One that isn't here it is asked for, which takes its time."""


@dataclass(frozen=True, repr=False)
class Credentials:
    """An endpoint with either an application key's three parts or an OAuth2 client's two.

    mixed: where each part came from, as a warning; empty where all came from one place.
    """

    endpoint: str
    application_key: Optional[str] = None
    application_secret: Optional[str] = None
    consumer_key: Optional[str] = None
    client_id: Optional[str] = None
    client_secret: Optional[str] = None
    mixed: str = field(default="", compare=False)

    @property
    def oauth2(self) -> bool:
        return self.client_id is not None

    def secrets(self) -> List[str]:
        return [value for value in (getattr(self, name) for name in SECRET_OPTIONS) if value]


def is_set(value: Any) -> bool:
    """Empty counts as unset, in options, environment and files alike."""
    return value is not None and str(value).strip() != ""


Found = Dict[str, Tuple[str, str]]
"""Each value that was found, with where."""
Sections = Dict[str, Dict[str, str]]
"""What configuration files say."""


def config_files() -> List[str]:
    """The files that python-ovh reads, the last one winning."""
    return ["/etc/ovh.conf", os.path.expanduser("~/.ovh.conf"), os.path.realpath("./ovh.conf")]


def host_name() -> str:
    """The machine that the module runs on, which need not be the one that runs the play."""
    return os.uname().nodename


def resolve(
    options: Mapping[str, Any],
    files: List[str],
    more_endpoints: Callable[[], Mapping[str, str]],
    config_file: Optional[str] = None,
    host: str = "",
) -> Credentials:
    """Complete credentials, or a Configuration error that says where was looked and what is missing.

    more_endpoints: is asked for a name that isn't one of ENDPOINTS.

    What is nearest wins: the options, then the file that is named, then the environment, then python-ovh's own files.
    It decides as well which kind is used: a key given as an option is not mixed with an OAuth2 client from a file. A
    named file is an account of its own: nothing that is farther away completes it.
    """
    _check_named(config_file)
    found: Found = {}
    _take(found, {name: options.get(name) for name in OPTIONS}, "the options")
    environment = {name: os.environ.get("OVH_" + name.upper()) for name in OPTIONS}
    if config_file and not _complete(found):
        named = _parsed([config_file])
        _take_endpoint(found, named, f"config_file {config_file}")
        _take(found, {"endpoint": environment["endpoint"]}, "the environment")
        if "endpoint" not in found:
            _take_endpoint(found, _parsed(files), "a configuration file")
        _take_section(found, named, f"config_file {config_file}")
    else:
        _take(found, environment, "the environment")
    if not config_file and not _complete(found):
        own = _parsed(files)
        _take_endpoint(found, own, "a configuration file")
        _take_section(found, own, "a configuration file")
    endpoint = found.get("endpoint", ("", ""))[0]
    _check_endpoint(endpoint, more_endpoints, files, config_file, host)
    values = {name: value for name, (value, source) in found.items()}
    has_client = all(name in values for name in CLIENT_OPTIONS)
    has_key = all(name in values for name in KEY_OPTIONS)
    if has_client and has_key:
        raise error("credentials_both", key_from=found["application_key"][1], client_from=found["client_id"][1])
    if not has_client and not has_key:
        _raise_missing(values, files, config_file, host)
    wanted = CLIENT_OPTIONS if has_client else KEY_OPTIONS
    return Credentials(endpoint, **{name: values[name] for name in wanted}, mixed=_told_apart(found, wanted))


def _take(found: Found, values: Mapping[str, Any], source: str) -> None:
    """Add what is not there yet, without mixing the two kinds of credentials of different sources."""
    has_key = any(name in found for name in KEY_OPTIONS)
    has_client = any(name in found for name in CLIENT_OPTIONS)
    for name in OPTIONS:
        if name in found or not is_set(values.get(name)):
            continue
        if (name in CLIENT_OPTIONS and has_key) or (name in KEY_OPTIONS and has_client):
            continue
        found[name] = (str(values[name]).strip(), source)


def _complete(found: Mapping[str, Any]) -> bool:
    return "endpoint" in found and (
        all(name in found for name in KEY_OPTIONS) or all(name in found for name in CLIENT_OPTIONS)
    )


def _told_apart(found: Found, wanted: Sequence[str]) -> str:
    """A warning where the parts come from several places: which account they make is nowhere written."""
    if len({found[name][1] for name in wanted}) == 1:
        return ""
    return error("credentials_mixed", parts=", ".join(f"{name} from {found[name][1]}" for name in wanted)).sentence()


def _check_named(config_file: Optional[str]) -> None:
    if config_file and not os.path.isfile(config_file):
        raise error("config_file_missing", path=config_file)
    if config_file and not os.access(config_file, os.R_OK):
        raise error("config_file_broken", why="no permission to read", files=config_file)


def _parsed(files: Sequence[str]) -> Sections:
    """What the files say, the last one winning. Those that are not there, or not for us, say nothing."""
    if not any(os.path.exists(file) for file in files):
        return {}
    from configparser import Error, RawConfigParser

    parser = RawConfigParser()
    try:
        parser.read(files)
    except (Error, UnicodeDecodeError) as broken:
        raise error("config_file_broken", why=type(broken).__name__, files=", ".join(files)) from broken
    return {section: dict(parser.items(section)) for section in parser.sections()}


def _take_endpoint(found: Found, sections: Sections, source: str) -> None:
    _take(found, {"endpoint": sections.get("default", {}).get("endpoint")}, source)


def _take_section(found: Found, sections: Sections, source: str) -> None:
    _take(found, sections.get(found.get("endpoint", ("", ""))[0], {}), source)


def _check_endpoint(
    endpoint: str,
    more_endpoints: Callable[[], Mapping[str, str]],
    files: List[str],
    config_file: Optional[str],
    host: str,
) -> None:
    if not endpoint:
        _raise_missing({}, files, config_file, host)
    if endpoint in ENDPOINTS:
        return
    url = _address(endpoint)
    if url.scheme == "https" and url.hostname:
        return
    if url.scheme == "http" and url.hostname in LOOPBACK:
        return
    if url.scheme == "http":
        raise error("endpoint_not_encrypted", endpoint=endpoint)
    known = more_endpoints()
    if endpoint not in known:
        raise error("endpoint_unknown", endpoint=endpoint, known=", ".join(sorted(known)))


def _address(endpoint: str) -> Any:
    from urllib.parse import urlsplit

    try:
        return urlsplit(endpoint)
    except ValueError:
        return urlsplit("")


def _raise_missing(values: Mapping[str, Any], files: List[str], config_file: Optional[str], host: str) -> None:
    wanted = CLIENT_OPTIONS if any(name in values for name in CLIENT_OPTIONS) else KEY_OPTIONS
    missing = [name for name in ("endpoint",) + wanted if name not in values and (name != "endpoint" or not values)]
    if config_file and "endpoint" in values:
        raise error("config_file_incomplete", path=config_file, missing=", ".join(missing), endpoint=values["endpoint"])
    places = ["the task's options", "the environment (OVH_*)"] + [f"the file {name}" for name in reversed(files)]
    if config_file:
        places.insert(1, f"the file {config_file}")
    raise error(
        "credentials_missing",
        missing=", ".join(missing),
        places=", ".join(places),
        host=f" on host {host}" if host else "",
    )


@contextmanager
def nothing_else_is_read(config_module: Any) -> Iterator[None]:
    """Keep python-ovh from looking up by itself what it is deliberately not given.

    It reads the environment and its files for every parameter that is None, takes an empty variable for a value,
    and refuses a key together with a client that it found so.
    """
    paths = config_module.CONFIG_PATH
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("OVH_")}
    config_module.CONFIG_PATH = []
    try:
        yield
    finally:
        config_module.CONFIG_PATH = paths
        os.environ.update(hidden)
