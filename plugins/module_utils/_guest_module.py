# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The front door of the modules that run on the machines themselves: the standard library is all that is there."""

from __future__ import annotations

import os
import pwd
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
SHORTEST, LONGEST = 10, 600


def configure() -> None:
    """What the module guest_network does."""
    _run(NETWORK_OPTIONS, _configure)


def confirm() -> None:
    """What the module guest_network_confirm does."""
    _run({}, _confirm)


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
