# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The front door of the modules that run on the machines themselves: the standard library is all that is there."""

from __future__ import annotations

import os
import pwd
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, Mapping, Tuple

from ansible.module_utils.basic import AnsibleModule

from ._engine.clock import RealClock
from ._engine.errors import VrackError
from ._guest.managers import Command
from ._messages import error

ROUTE_OPTIONS: Dict[str, Any] = {
    "to": {"type": "str", "required": True},
    "via": {"type": "str", "required": True},
    "metric": {"type": "int"},
}
INTERFACE_OPTIONS: Dict[str, Any] = {
    "mac": {"type": "str", "required": True},
    "method": {"type": "str", "choices": ["dhcp", "static"], "default": "dhcp"},
    "addresses": {"type": "list", "elements": "str"},
    "gateway": {"type": "str"},
    "routes": {"type": "list", "elements": "dict", "options": ROUTE_OPTIONS},
    "default_route": {"type": "bool", "default": False},
    "dns": {"type": "bool", "default": False},
    "metric": {"type": "int"},
    "mtu": {"type": "int"},
}
NETWORK_OPTIONS: Dict[str, Any] = {
    "interfaces": {"type": "list", "elements": "dict", "required": True, "options": INTERFACE_OPTIONS},
    "rollback_after": {"type": "int", "default": 120},
}
REACH_OPTIONS: Dict[str, Any] = {
    "interfaces": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "network": {"type": "str", "required": True},
            "type": {"type": "str", "choices": ["public", "private"], "required": True},
            "addresses": {"type": "list", "elements": "str", "required": True},
            "mac": {"type": "str", "default": ""},
        },
    },
    "peers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "network": {"type": "str", "required": True},
            "address": {"type": "str", "required": True},
        },
    },
    "dns_name": {"type": "str", "default": ""},
}
SHORTEST, LONGEST = 10, 600


def configure() -> None:
    """What the module guest_network does."""
    _run(NETWORK_OPTIONS, _configure)


def confirm() -> None:
    """What the module guest_network_confirm does."""
    _run({}, _confirm)


def reach() -> None:
    """What the module guest_reach does."""
    _run(REACH_OPTIONS, _reach)


def _reach(module: AnsibleModule) -> Dict[str, Any]:
    from ._guest import reach as judge
    from ._guest.host import look
    from ._guest.ping import ask_all, no_name_server

    clock = RealClock()
    begun = clock.now()
    given = [judge.Given(**{**one, "addresses": tuple(one["addresses"])}) for one in module.params["interfaces"]]
    peers = [judge.Peer(**one) for one in module.params["peers"]]
    name = module.params["dns_name"]
    with ThreadPoolExecutor(1) as aside:
        lookup = aside.submit(no_name_server, name) if name else None
        network = look(_runner(module))
        probes = judge.probes_for(peers, network)
        answered = ask_all(probes, clock) if probes else set()
        said = lookup.result() if lookup else ""
    problems = judge.of_interfaces(given, network) + judge.of_peers(peers, network, answered)
    problems += [error("verify_dns", name=name, said=said)] if said else []
    return {
        "changed": False,
        "problems": [{**problem.facts(), "text": problem.sentence()} for problem in problems],
        "peers": len(peers),
        "reached": judge.reached(peers, network, answered),
        "seconds": round(clock.now() - begun, 2),
    }


def _configure(module: AnsibleModule) -> Dict[str, Any]:
    from ._guest.applied import arm_and_apply, forget_taken_back, plan, taken_back
    from ._guest.wanted import wanted_interfaces

    seconds = module.params["rollback_after"]
    if not SHORTEST <= seconds <= LONGEST:
        raise error("bad_value", option="rollback_after", value=seconds, wanted=f"from {SHORTEST} to {LONGEST}")
    wishes = wanted_interfaces(module.params["interfaces"])
    _require_root()
    before = taken_back()
    if before:
        module.warn(f"the machine took an earlier change of its network back, at {before}, for nobody confirmed it")
    planned = plan(_runner(module), wishes)
    busy = bool(planned.jobs)
    if not module.check_mode:
        forget_taken_back()
    if busy and not module.check_mode:
        arm_and_apply(_runner(module), RealClock(), planned, seconds)
    devices = {job.wanted.mac: {"device": job.device, "manager": job.manager} for job in planned.looked}
    return {
        "changed": busy,
        "armed": busy and not module.check_mode,
        "interfaces": [{"mac": wanted.mac, **devices[wanted.mac]} for wanted in wishes],
        "taken_back": before,
        "diff": planned.diff,
    }


def _confirm(module: AnsibleModule) -> Dict[str, Any]:
    from ._guest.applied import confirm as confirm_change

    _require_root()
    if module.check_mode:
        return {"changed": False, "confirmed": False}
    return {"changed": False, "confirmed": confirm_change(_runner(module), RealClock())}


def _run(options: Mapping[str, Any], work: Callable[[AnsibleModule], Dict[str, Any]]) -> None:
    module = AnsibleModule(argument_spec=dict(options), supports_check_mode=True)
    try:
        result = work(module)
    except VrackError as problem:
        module.fail_json(msg=problem.sentence(), failure=problem.facts())
    module.exit_json(**result)


def _runner(module: AnsibleModule) -> Callable[[Command], Tuple[int, str]]:
    """A program that is not there is one that fails."""

    def run(command: Command) -> Tuple[int, str]:
        program = module.get_bin_path(command[0], False, ["/usr/sbin", "/sbin"])
        if program is None:
            return 127, f"{command[0]} is not there"
        code, out, problem = module.run_command([program, *command[1:]])
        return code, out if code == 0 else out + problem

    return run


def _require_root() -> None:
    if os.geteuid() != 0:
        raise error("guest_root", user=pwd.getpwuid(os.geteuid()).pw_name)
    if not os.path.isdir("/run/systemd/system"):
        raise error("guest_system", program="systemd")
