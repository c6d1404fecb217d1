# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public Cloud instances as an inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ovh_instances
short_description: Public Cloud instances as hosts
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - Lists the instances of one project or several, with variables that all begin with C(ovh_), and with the address
    that Ansible reaches each of them at.
  - Takes two requests a project, however many instances there are. O(with_names) and O(with_interfaces) say what more
    costs.
  - The name of its file must end with C(ovh.yml), C(ovh_instances.yml) or C(vrack.yml), or the same with C(.yaml).
  - Every option that is text or a list can be a template, which sees extra variables and lookups. An empty option or
    environment variable counts as unset.
options:
  plugin:
    description: The name of this plugin, V(ovhcloud.vrack.ovh_instances).
    type: str
    required: true
    choices: [ovhcloud.vrack.ovh_instances]
  endpoint:
    description:
      - The API to talk to. A name such as V(ovh-eu), V(ovh-ca) or V(ovh-us), or an address.
      - For this and the credentials what is nearest wins. The inventory file's options come first, then the file that
        O(config_file) names, then the environment, then the files that python-ovh reads (C(ovh.conf) here,
        C(~/.ovh.conf), C(/etc/ovh.conf)).
      - Credentials whose parts come from several of these are used with a warning that says where each is from.
    type: str
    env:
      - name: OVH_ENDPOINT
  application_key:
    description:
      - Key of the application. With O(application_secret) and O(consumer_key) one of the two ways to authenticate.
    type: str
    env:
      - name: OVH_APPLICATION_KEY
  application_secret:
    description: Secret of the application.
    type: str
    env:
      - name: OVH_APPLICATION_SECRET
  consumer_key:
    description: Key that ties application and account.
    type: str
    env:
      - name: OVH_CONSUMER_KEY
  client_id:
    description: OAuth2 client (service account). With O(client_secret) the other way to authenticate.
    type: str
    env:
      - name: OVH_CLIENT_ID
  client_secret:
    description: Secret of the OAuth2 client.
    type: str
    env:
      - name: OVH_CLIENT_SECRET
  config_file:
    description:
      - A file of python-ovh's format whose account is used, whatever environment and other files say.
      - It has to exist, and, with the options, to hold all credentials for the endpoint. It is not mixed with the
        environment or with other files, apart from O(endpoint), where it names none.
    type: path
    env:
      - name: OVH_CONFIG_FILE
  api_timeout:
    description: Seconds that a single request may take, from 1 to 86400. All together may take ten times as long.
    type: int
    default: 60
    env:
      - name: OVH_API_TIMEOUT
  max_concurrency:
    description: Requests that are under way at once, at most. From 1 to 256.
    type: int
    default: 8
    env:
      - name: OVH_MAX_CONCURRENCY
  api_rate_limit:
    description: Requests a second that are sent at most. Without it they are sent as fast as they are answered.
    type: float
    env:
      - name: OVH_API_RATE_LIMIT
  projects:
    description:
      - The projects, by id or description. Finding them by description costs a request.
      - Without it, every project that the credentials see and that is neither suspended nor on its way.
    type: list
    elements: str
    aliases: [project]
    env:
      - name: OVH_CLOUD_PROJECT_SERVICE
  unreadable:
    description:
      - What to do about a project that cannot be read (suspended, expired, not granted, not there), or an instance that
        the API describes in a way that is not understood.
      - V(warn) leaves it out with a warning that names it, and keeps nothing in the cache. V(fail) lists nothing then.
      - Where nothing at all can be read, that is an error in either case.
    type: str
    choices: [warn, fail]
    default: warn
    env:
      - name: OVH_INVENTORY_UNREADABLE
  regions:
    description:
      - Only instances in these regions.
      - A warning names those in which no project has an instance or a network.
    type: list
    elements: str
    env:
      - name: OVH_INVENTORY_REGIONS
  statuses:
    description:
      - Only instances in these statuses, as in V(ACTIVE), V(SHUTOFF), V(BUILD) or V(ERROR).
      - A warning names those that OVHcloud does not have.
      - Without it, all but those that are being deleted.
    type: list
    elements: str
    env:
      - name: OVH_INVENTORY_STATUSES
  networks:
    description:
      - Only instances that have an address in one of these networks, by name, VLAN number or id. V(public) means the
        public network.
      - A warning names those that no project has.
    type: list
    elements: str
    env:
      - name: OVH_INVENTORY_NETWORKS
  names:
    description: Only instances whose name fits one of these patterns, as in V(web-*) or V(db-?).
    type: list
    elements: str
    env:
      - name: OVH_INVENTORY_NAMES
  connect_with:
    description:
      - Which address becomes C(ansible_host).
      - V(public_ipv4) and V(public_ipv6) are those on the public network. V(private) is the one on O(connect_network)
        or, without that, the first one on O(networks) or on any private network, by VLAN number. V(any) is the first
        that there is in the order just given. V(name) sets none, so that Ansible resolves the host's name itself.
      - An instance without such an address is left out, and one warning names all of these.
      - The default is V(private) where O(connect_network) is given, otherwise V(any).
    type: str
    choices: [public_ipv4, public_ipv6, private, any, name]
    env:
      - name: OVH_INVENTORY_CONNECT_WITH
  connect_network:
    description: The network whose address becomes C(ansible_host), by name, VLAN number or id.
    type: str
    aliases: [network]
    env:
      - name: OVH_INVENTORY_CONNECT_NETWORK
  hostname:
    description:
      - What a host is called, by the instance's name or its id.
      - Instances that share a name, within what is listed, are called C(NAME.ID), each of them. One without a name, or
        named as this machine itself (C(localhost)), is called by its id.
    type: str
    choices: [name, id]
    default: name
    env:
      - name: OVH_INVENTORY_HOSTNAME
  with_names:
    description:
      - Read the names of flavors and images, which costs two more requests a project. Without them C(ovh_flavor) and
        C(ovh_image) are ids.
    type: bool
    default: false
    env:
      - name: OVH_INVENTORY_WITH_NAMES
  with_interfaces:
    description:
      - Read the instances' interfaces, which costs one more request an instance. Without them C(mac) and C(subnet_id)
        are null, for the API's lists don't hold them.
    type: bool
    default: false
    env:
      - name: OVH_INVENTORY_WITH_INTERFACES
extends_documentation_fragment:
  - constructed
  - inventory_cache
requirements:
  - python >= 3.9
  - ovh >= 1.2, < 2
notes:
  - The cache holds what was read, before any filter, and no secrets, for one account (endpoint and key). What another
    version of the collection wrote is not used. The task C(refresh_inventory) of
    C(ansible.builtin.meta) reads anew.
  - A play's hosts are chosen when it begins, so hosts that appear in it are reached by the next play.
seealso:
  - module: ovhcloud.vrack.ovh_instance_info
"""

EXAMPLES = r"""
# Everything else from the environment: a whole inventory file.
plugin: ovhcloud.vrack.ovh_instances

---
# Reach the instances of a network by their addresses there, in groups by region, flavor and VLAN.
plugin: ovhcloud.vrack.ovh_instances
projects: [my-project]
statuses: [ACTIVE]
networks: [front]
connect_with: private
with_names: true
keyed_groups:
  - prefix: region
    key: ovh_region
  - prefix: flavor
    key: ovh_flavor
  - prefix: vlan
    key: ovh_vlans | list
groups:
  web: ovh_name is match('web-')
compose:
  ansible_user: "'debian'"
  backend_address: ovh_networks['back'].ip | default(none)
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /tmp/ovh-inventory

---
# Some by name, reached over one network, with the MACs of their interfaces; called by their ids, for names may repeat.
plugin: ovhcloud.vrack.ovh_instances
projects: [my-project]
names: ["web-*", "legacy-*"]
regions: [GRA11, SBG5]
connect_network: back
hostname: id
with_interfaces: true
unreadable: fail

---
# Secrets from elsewhere, by templates.
plugin: ovhcloud.vrack.ovh_instances
endpoint: ovh-eu
client_id: "{{ lookup('ansible.builtin.env', 'CLOUD_ID') }}"
client_secret: "{{ lookup('ansible.builtin.file', '/run/secrets/ovh') }}"
"""

import hashlib
import json
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ansible import constants
from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19 everything is trusted that isn't marked

    def trust_as_template(value: str) -> str:
        return value


from ..module_utils._api import session as library
from ..module_utils._api.client import Client
from ..module_utils._api.credentials import OPTIONS as CREDENTIALS
from ..module_utils._api.credentials import Credentials, config_files, host_name, is_set, resolve
from ..module_utils._api.throttle import checked_concurrency, checked_rate, checked_seconds
from ..module_utils._description.fields import kind_of, names_of
from ..module_utils._description.texts import NotReadable, list_of
from ..module_utils._engine.clock import Deadline, RealClock
from ..module_utils._engine.errors import VrackError
from ..module_utils._messages import error
from ..module_utils._resources.inventory.hosts import (
    FORM,
    Host,
    ProjectHosts,
    Wanted,
    address_to_connect,
    for_cache,
    from_cache,
    known_regions,
)
from ..module_utils._resources.inventory.reading import Reading, read_hosts
from ..module_utils._shared.instance_states import STAGES
from ..module_utils._shared.lookup import near_names

TEMPLATE_MARKS = ("{{", "{%", "{#", "#jinja2:")
FILE_NAMES = ("ovh.yml", "ovh.yaml", "ovh_instances.yml", "ovh_instances.yaml", "vrack.yml", "vrack.yaml")
TEMPLATED_PER_HOST = ("compose", "groups", "keyed_groups")
LISTS = ("projects", "project", "regions", "statuses", "networks", "names")
TEXTS = ("connect_network", "network")
SHOWN_NAMES = 10


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Reads, or remembers; chooses; names; adds."""

    NAME = "ovhcloud.vrack.ovh_instances"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(FILE_NAMES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._given: Dict[str, Any] = {}
        with _empty_variables_are_unset():
            self._read_config_data(path)
        _require_library()
        try:
            connect_with, connect_network = self._connection()
            found = self._remembered(path, cache)
            chosen = self._chosen(found, connect_with, connect_network)
        except VrackError as problem:
            raise AnsibleParserError(problem.sentence()) from None
        for name, address, host in self._named(chosen):
            self._add(name, address, host)

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Options are templated before their types are checked, and empty ones left out."""
        self.templar.available_variables = self._vars or {}
        self._given = {
            name: value if name in TEMPLATED_PER_HOST else self.templar.template(value)
            for name, value in (direct or {}).items()
        }
        self._given = {name: value for name, value in self._given.items() if is_set(value)}
        for name in CREDENTIALS:
            if isinstance(self._given.get(name), (list, dict)):
                # Ansible's own check would print the value.
                raise AnsibleParserError(f"{name} must be text")
        for name in TEXTS:
            if isinstance(self._given.get(name), (bool, float, list, dict)):
                raise AnsibleParserError(error("no_text", options=name).sentence())
        self._given.update({name: _names(name, self._given[name]) for name in LISTS if name in self._given})
        super().set_options(task_keys=task_keys, var_options=var_options, direct=self._given)

    # What is there

    def _remembered(self, path: str, cache: bool) -> List[ProjectHosts]:
        credentials = resolve(
            {name: self._given.get(name) for name in CREDENTIALS},
            config_files(),
            library.known_endpoints,
            self.get_option("config_file"),
            host=host_name(),
        )
        if credentials.mixed:
            self.display.warning(f"{self.NAME}: {credentials.mixed}")
        if not self.get_option("cache"):
            return list(self._read(credentials).projects)
        key = f"{self.get_cache_key(path)}_{self._fingerprint(credentials)}"
        if cache and key in self._cache:
            kept = from_cache(self._cache[key])
            if kept is not None:
                return kept
            self.display.v(f"{self.NAME}: the cache is of another version, and is written anew")
        reading = self._read(credentials)
        if not reading.problems:
            self._cache[key] = for_cache(reading.projects)
        return list(reading.projects)

    def _fingerprint(self, credentials: Credentials) -> str:
        """Whatever decides what is read. The consumer key decides whose account that is, and only its hash is left."""
        decides = [FORM, credentials.endpoint, credentials.application_key, credentials.consumer_key]
        decides += [credentials.client_id, self._list("projects")]
        decides += [self.get_option("with_names"), self.get_option("with_interfaces")]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:12]

    def _read(self, credentials: Credentials) -> Reading:
        clock = RealClock()
        timeout = checked_seconds("api_timeout", self.get_option("api_timeout"))
        connections = checked_concurrency(self.get_option("max_concurrency"))
        with ThreadPoolExecutor(connections) as workers:
            deadline = Deadline(clock, 10 * timeout)
            rate = checked_rate(self.get_option("api_rate_limit"))
            client = Client(credentials, clock, deadline, workers, timeout, connections, rate)
            options = self.get_option("with_names"), self.get_option("with_interfaces")
            reading = read_hosts(client.reader(), self._list("projects"), *options)
        if reading.problems and (self.get_option("unreadable") == "fail" or not reading.projects):
            raise reading.problems[0]
        for problem in reading.problems[:SHOWN_NAMES]:
            self.display.warning(f"{self.NAME}: left out, for it could not be read: {problem.sentence()}")
        if len(reading.problems) > SHOWN_NAMES:
            self.display.warning(f"{self.NAME}: {len(reading.problems) - SHOWN_NAMES} more could not be read")
        return reading

    # What is wanted of it

    def _connection(self) -> Tuple[str, Optional[str]]:
        network = self.get_option("connect_network")
        way = self.get_option("connect_with") or ("private" if network else "any")
        if network and way != "private":
            raise error("bad_value", option="connect_with", value=way, wanted="private where connect_network is given")
        return way, network

    def _chosen(
        self, found: Sequence[ProjectHosts], connect_with: str, connect_network: Optional[str]
    ) -> List[Tuple[Optional[str], Host]]:
        wanted = Wanted(self._list("regions"), self._list("statuses"), self._list("networks"), self._list("names"))
        sought = [*wanted.networks, *([connect_network] if connect_network else [])]
        unknown = [ref for ref in sought if not any(project.network_ids([ref]) for project in found)]
        if unknown:
            self._warn("networks that no project has", unknown)
        self._warn_of_unknown(
            "regions in which no project has anything", wanted.unknown_regions(found), known_regions(found)
        )
        self._warn_of_unknown("statuses that OVHcloud does not have", wanted.unknown_statuses(found), STAGES)
        chosen, unreachable = [], []
        for project in found:
            via = [connect_network] if connect_network else wanted.networks
            ids: Optional[Set[str]] = project.network_ids(via) if via else None
            for host in wanted.among(project):
                address = None if connect_with == "name" else address_to_connect(host, connect_with, ids)
                if address or connect_with == "name":
                    chosen.append((address, host))
                else:
                    unreachable.append(host["ovh_name"] or host["ovh_id"])
        if unreachable:
            where = f" on network {connect_network}" if connect_network else ""
            self._warn(f"without an address for connect_with={connect_with}{where}, left out", unreachable)
        return chosen

    def _named(self, chosen: Sequence[Tuple[Optional[str], Host]]) -> Iterator[Tuple[str, Optional[str], Host]]:
        """Each host under a name of its own."""
        counts = Counter(host["ovh_name"] for _address, host in chosen)
        by_id = self.get_option("hostname") == "id"
        shared = sorted(name for name, count in counts.items() if count > 1)
        if shared and not by_id:
            self._warn("with a name that others have too, called NAME.ID", shared)
        for address, host in chosen:
            name = host["ovh_name"]
            if by_id or not name.strip() or name in constants.LOCALHOST:
                name = host["ovh_id"]
            elif counts[name] > 1:
                name = f"{name}.{host['ovh_id']}"
            yield name, address, host

    def _add(self, name: str, address: Optional[str], host: Host) -> None:
        self.inventory.add_host(name)
        self._set_variables(name, host if address is None else {"ansible_host": address, **host})
        strict, compose = self.get_option("strict"), self.get_option("compose")
        added = self.inventory.get_host(name)
        self._set_composite_vars(compose, added.get_vars(), name, strict=strict)
        self._set_variables(name, {key: added.vars[key] for key in compose if key in added.vars})
        self._add_host_to_composed_groups(self.get_option("groups"), {}, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, name, strict=strict)

    def _set_variables(self, name: str, variables: Mapping[str, Any]) -> None:
        for key, value in variables.items():
            self.inventory.set_variable(name, key, _text_only(value))

    def _list(self, option: str) -> List[str]:
        return [str(entry).strip() for entry in self.get_option(option) or () if is_set(entry)]

    def _warn_of_unknown(self, what: str, unknown: Sequence[str], known: Iterable[str]) -> None:
        """A filter that is misspelt leaves no host, or too few, and looks like an account with nothing in it."""
        if unknown:
            self._warn(what, [f"{one}{near_names(one, known)}" for one in unknown])

    def _warn(self, what: str, names: Sequence[str]) -> None:
        shown = ", ".join(names[:SHOWN_NAMES]) + (", …" if len(names) > SHOWN_NAMES else "")
        self.display.warning(f"{self.NAME}: {len(names)} {what}: {shown}")


def _require_library() -> None:
    if library.OVH_IMPORT_ERROR is not None:
        raise AnsibleParserError(
            f"the Python library ovh is missing where Ansible itself runs. Install it there ({sys.executable} -m pip "
            "install 'ovh>=1.2,<2') or, where that is an execution environment, build it with this collection in it"
        )
    if not library.library_knows_oauth2():
        raise AnsibleParserError(error("library_old", python=sys.executable, host=host_name()).sentence())


def _names(option: str, value: Any) -> List[str]:
    """What modules make of such a list. Ansible would take what is in it for text, whatever it is."""
    try:
        return names_of(list_of(value))
    except (NotReadable, TypeError):
        told = error("no_names", place=option, given=kind_of(value))
        raise AnsibleParserError(told.sentence()) from None


def _text_only(value: Any) -> Any:
    """The value with no text that is taken for a template, for people name things as they like.

    Text without a template in it is trusted: what is not, ansible-core 2.19 and newer prints wrapped in a dictionary,
    and so AWX would store it.
    """
    if isinstance(value, Mapping):
        return {key: _text_only(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_text_only(entry) for entry in value]
    if not isinstance(value, str):
        return value
    if any(mark in value for mark in TEMPLATE_MARKS):
        return wrap_var(value)
    return trust_as_template(value)


@contextmanager
def _empty_variables_are_unset() -> Iterator[None]:
    """Keep Ansible from taking an empty OVH_* variable for a number, a choice or a list of one."""
    empty = [name for name, value in os.environ.items() if name.startswith("OVH_") and not value.strip()]
    hidden = {name: os.environ.pop(name) for name in empty}
    try:
        yield
    finally:
        os.environ.update(hidden)
