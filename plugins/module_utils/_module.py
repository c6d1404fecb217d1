# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The front door: between Ansible's module and the engine. Nothing else here knows Ansible.

Ansible has each task compile what it imports, so what is needed only where requests are made is imported only then.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, NoReturn, Optional, Sequence, Type

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible.module_utils.common.validation import check_type_dict

from ._api.credentials import config_files, host_name, is_set, resolve
from ._engine.errors import InputProblem, InputProblems, NotFound, Refused, VrackError
from ._messages import error
from ._shared.resource import PROJECT_OPTION, Resource
from ._texts import finite, no_texts

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from ._api.client import Client
    from ._engine.model import Change, Outcome

CONNECTION_OPTIONS: Dict[str, Any] = {
    "endpoint": {"type": "str"},
    "application_key": {"type": "str", "no_log": True},
    "application_secret": {"type": "str", "no_log": True},
    "consumer_key": {"type": "str", "no_log": True},
    "client_id": {"type": "str"},
    "client_secret": {"type": "str", "no_log": True},
    "config_file": {"type": "path", "fallback": (env_fallback, ["OVH_CONFIG_FILE"])},
    "api_timeout": {"type": "int", "default": 60},
    "max_concurrency": {"type": "int", "default": 8},
    "api_rate_limit": {"type": "float", "fallback": (env_fallback, ["OVH_API_RATE_LIMIT"])},
}

WAIT_OPTIONS: Dict[str, Any] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 1800},
}

INHERITED = ("project", "state", "unlisted_regions")
MODULE_VARIABLE = "OVHCLOUD_VRACK_MODULE"
"""The name of the module that run_installed runs, for it is not the one that Ansible knows to have been sent."""
PROJECT_VARIABLE = "OVH_CLOUD_PROJECT_SERVICE"
SPEED_VARIABLE = "OVHCLOUD_VRACK_CLOCK_SPEED"
"""For trying tasks against a simulator: how many times as fast as the machine's its time runs."""


class Module(AnsibleModule):  # type: ignore[misc]
    """Keeps what was given, before it is made fit for the types of the options."""

    def _load_params(self) -> None:
        super()._load_params()
        if MODULE_VARIABLE in os.environ:
            self.params["_ansible_module_name"] = f"ovhcloud.vrack.{os.environ.pop(MODULE_VARIABLE)}"
        endless: List[str] = []
        self.params: Dict[str, Any] = finite(self.params, endless)
        self.given: Dict[str, Any] = dict(self.params)
        self.problems: List[VrackError] = []
        if endless:
            self.problems.append(error("endless_number", options=", ".join(endless)))
        if not _fit(self.given, self.argument_spec):
            from ._entries import Entries

            entries = Entries(_parsed_by_ansible, INHERITED)
            self.params = entries.fitted(self.given, self.argument_spec)
            self.problems += entries.problems


def _fit(given: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Whether each value has the form that its option wants, as most do: then nothing more is needed for it."""
    return all(_fits(given[name], option) for name, option in options.items() if name in given)


def _fits(value: Any, option: Mapping[str, Any]) -> bool:
    kind = option.get("type", "str")
    if kind == "list":
        inner = option.get("options")
        entries = value if isinstance(value, list) else []
        whole = not inner or all(isinstance(entry, dict) and _fit(entry, inner) for entry in entries)
        return value is None or (isinstance(value, list) and whole)
    if kind in ("int", "float"):
        return value is not None and not isinstance(value, bool) and str(value).strip() != ""
    if kind == "bool" or (option.get("choices") and option.get("default") is None):
        return value is not None and str(value).strip() != ""
    return True


def _parsed_by_ansible(text: str) -> Optional[Any]:
    """What Ansible takes the text for where it wants a mapping."""
    try:
        return check_type_dict(text)
    except (TypeError, ValueError):
        return None


def argument_spec(resource: Resource) -> Dict[str, Any]:
    """The options of one item, those of the list of them, and the common ones."""
    spec = {**CONNECTION_OPTIONS, **WAIT_OPTIONS, **resource.options}
    if resource.listed:
        item = {name: dict(option) for name, option in resource.options.items()}
        for name in INHERITED:
            if name in item:
                item[name].pop("default", None)
                item[name].pop("fallback", None)
        spec[resource.many] = {"type": "list", "elements": "dict", "options": item, "no_log": False}
    return spec


def run_resource(resource: Resource) -> None:
    """Build the module, bring about what its items say, and leave with the results."""
    identity = list(resource.identity)
    lists = [resource.many] if resource.listed else []
    module = Module(
        argument_spec=argument_spec(resource),
        mutually_exclusive=[[name, resource.many] for name in identity] if lists else [],
        required_one_of=[identity + lists],
        supports_check_mode=True,
    )
    Task(module).run(lambda task: task.reconcile(resource))


def reading(kind: Type[Module], options: Mapping[str, Any], **more: Any) -> Module:
    """A module that only reads, for which it has ten times as long as for a request."""
    module = kind(argument_spec={**CONNECTION_OPTIONS, **options}, supports_check_mode=True, **more)
    module.params["wait_timeout"] = 10 * module.params["api_timeout"]
    return module


def run_info(
    many: Optional[str], options: Mapping[str, Any], fetch: Callable[..., Any], with_client: bool = False
) -> None:
    """Build a read-only module and leave with what *fetch* finds, under the key *many* or as the keys that it has.

    fetch: is given what it reads by and the options, and where it is wanted the client for what is no resource.
    What it has under warnings is shown as such, and so is what it found and did not understand.
    """
    module = reading(Module, options)

    def look(task: Task) -> Dict[str, Any]:
        if options.get("project") is PROJECT_OPTION:
            require_project(module.params)
        client = task.client()
        found = fetch(client.reader(), module.params, *([client] if with_client else []))
        result = {many: list(found)} if many else dict(found)
        if many and not found:
            for problem in task.mistaken_ids([module.params], many):
                module.warn(problem.sentence())
        for text in (*result.pop("warnings", ()), *(one.problem.sentence() for one in getattr(found, "odd", ()))):
            module.warn(text)
        return {**result, "changed": False}

    Task(module).run(look)


def _fill_project(params: Dict[str, Any]) -> None:
    """A project that is empty is one that was left out: the variable stands in for it."""
    if "project" in params and not is_set(params["project"]):
        params["project"] = os.environ.get(PROJECT_VARIABLE, "").strip() or None


def require_project(params: Mapping[str, Any]) -> str:
    """The project, which an option or OVH_CLOUD_PROJECT_SERVICE gives."""
    if not params.get("project"):
        raise error("option_needed", option="project", when=f"(or the variable {PROJECT_VARIABLE})")
    return str(params["project"])


class Task:
    """One run of a module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.workers: Optional[ThreadPoolExecutor] = None
        self._client: Optional[Client] = None
        _fill_project(module.params)

    def run(self, work: Callable[[Task], Dict[str, Any]]) -> None:
        try:
            self._refuse_wrong_forms()
            result = work(self)
        except VrackError as problem:
            told = self._explained(problem)
            self._fail(told.sentence(), {"failure": told.facts()})
        except Exception as bug:  # the one place where what should not happen becomes a sentence
            import traceback

            told = error("bug", what=f"{type(bug).__name__}: {bug}")
            self._fail(told.sentence(), {"exception": traceback.format_exc(), "failure": told.facts()})
        if result.pop("failed", False):
            self._fail(result.pop("msg"), result)
        self.module.exit_json(**result)

    def _explained(self, problem: VrackError) -> VrackError:
        """The same, saying what a name or id is that was not found, as far as the account shows it."""
        if self._client is None or not isinstance(problem, (NotFound, InputProblems)):
            return problem
        from ._resources.reference.meaning import explained

        return explained(problem, self._client.reader(), self._projects())

    def mistaken_ids(self, items: Sequence[Mapping[str, Any]], many: str) -> List[VrackError]:
        """The ids by which nothing was found, for they are those of other things."""
        from ._shared.lookup import is_id

        given = [value for item in items for value in item.values() if isinstance(value, str)]
        if self._client is None or not any(is_id(value) for value in given):
            return []
        from ._resources.reference.meaning import mistaken_ids

        read = self._client.reader()
        return [problem for item in items for problem in mistaken_ids(item, many, read)]

    def _projects(self) -> List[str]:
        """Those that the options name."""
        items = [self.module.params, *(entry for many in self.module.params.values() for entry in _mappings(many))]
        return [str(item["project"]) for item in items if item.get("project")]

    def _refuse_wrong_forms(self) -> None:
        problems = list(self.module.problems)
        places = list(no_texts(self.module.given, self.module.argument_spec))
        if places:
            problems.append(error("no_text", options=", ".join(places)))
        if problems:
            raise InputProblems(problems) if len(problems) > 1 else problems[0]

    def client(self) -> Client:
        params = self.module.params
        credentials = resolve(params, config_files(), _endpoints_of_library, params.get("config_file"), host_name())
        self.module.no_log_values.update(credentials.secrets())
        if credentials.mixed:
            self.module.warn(credentials.mixed)
        _check_library()

        from concurrent.futures import ThreadPoolExecutor

        from ._api.client import Client
        from ._api.throttle import checked_concurrency, checked_rate, checked_seconds
        from ._engine.clock import Deadline, RealClock

        rate = checked_rate(params["api_rate_limit"])
        connections = checked_concurrency(params["max_concurrency"])
        clock = RealClock(float(os.environ.get(SPEED_VARIABLE, "") or 1.0))
        timeout = checked_seconds("api_timeout", params["api_timeout"])
        deadline = Deadline(clock, checked_seconds("wait_timeout", params["wait_timeout"]))
        self.workers = ThreadPoolExecutor(connections)
        self._client = Client(credentials, clock, deadline, self.workers, timeout, connections, rate)
        return self._client

    def reconcile(self, resource: Resource) -> Dict[str, Any]:
        items = items_of(resource, self.module.params)
        specs = _specs(resource, items)
        client = self.client()
        client.checks_rights = not self.module.check_mode

        from ._engine.reconcile import Work, reconcile
        from ._results import results_of

        work = Work(
            read=client.reader,
            send=client.send,
            workers=client.workers,
            clock=client.clock,
            deadline=client.deadline,
            max_in_flight=self.module.params["max_concurrency"],
            wait=self.module.params["wait"],
            check_mode=self.module.check_mode,
            before_writing=lambda plans: self._check_rights(client, plans),
            while_waiting=self._waiting(client),
        )
        outcomes = reconcile(resource.kind, specs, work)
        self._refuse_mistaken_ids(resource, items, outcomes)
        for text in dict.fromkeys(text for outcome in outcomes for text in outcome.warnings):
            self.module.warn(text)
        single = not (resource.listed and self.module.params[resource.many] is not None)
        return results_of(resource.one, resource.many, outcomes, single, self.module._diff)  # noqa: SLF001

    def _refuse_mistaken_ids(
        self, resource: Resource, items: Sequence[Mapping[str, Any]], outcomes: Sequence[Outcome]
    ) -> None:
        """Where nothing had to go: what is to go may have been named by the id of something else."""
        done = any(outcome.changed for outcome in outcomes)
        idle = [item for item, one in zip(items, outcomes) if item.get("state") == "absent" and one.before is None]
        problems = [] if done else self.mistaken_ids(idle, resource.many)
        if problems:
            raise InputProblems(problems) if len(problems) > 1 else problems[0]

    def _waiting(self, client: Client) -> Optional[Callable[[Sequence[str]], None]]:
        """Says what is waited for, where somebody has asked to be told."""
        from ansible.module_utils.common.parameters import remove_values

        from ._waiting import VARIABLE, Waiting, say_into_pipe

        path = os.environ.get(VARIABLE)
        if not path:
            return None
        return Waiting(client.clock, lambda text: say_into_pipe(path, remove_values(text, self.module.no_log_values)))

    def _check_rights(self, client: Client, plans: Sequence[Change]) -> None:
        """Say before the first write which access rules the key lacks, all at once."""
        from ._rights import OPTIONS, rules_for

        items = [self.module.params, *(entry for many in self.module.params.values() for entry in _mappings(many))]
        parts = ["look"] + [plan.action.value for plan in plans]
        parts += [option for option in OPTIONS if any(item.get(option) for item in items)]
        check_rights(client, rules_for(self._module_name(), parts))

    def _module_name(self) -> str:
        return str(self.module._name).rpartition(".")[2]  # noqa: SLF001

    def _fail(self, text: str, result: Dict[str, Any]) -> NoReturn:
        if self.workers is not None:
            self.workers.shutdown(wait=False, cancel_futures=True)
        self.module.fail_json(msg=text, **result)
        raise SystemExit(1)


def check_rights(client: Client, needed: Sequence[str]) -> None:
    """Raise where the key lacks access rules, as far as that can be read. IAM decides under OAuth2."""
    if client.credentials.oauth2:
        return
    try:
        granted = client.rights()
    except Refused:
        return
    rules = granted.get("rules") if isinstance(granted, dict) else None
    if not isinstance(rules, list):
        return
    from ._rights import missing_rules

    missing = missing_rules(needed, rules)
    if missing:
        raise error("rights_missing", count=len(missing), rules=", ".join(missing))


def _endpoints_of_library() -> Mapping[str, str]:
    """The names that python-ovh knows, for one that we don't."""
    _check_library()

    from ._api.session import known_endpoints

    return known_endpoints()


def _check_library() -> None:
    from ._api import session as library

    here = {"python": sys.executable, "host": host_name()}
    if library.OVH_IMPORT_ERROR is not None:
        raise error("library_missing", why=library.OVH_IMPORT_ERROR, **here)
    if not library.library_knows_oauth2():
        raise error("library_old", **here)


def _mappings(value: Any) -> List[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def items_of(resource: Resource, params: Mapping[str, Any]) -> List[Dict[str, Any]]:
    """The single form is a list of one."""
    listed = params[resource.many] if resource.listed else None
    if listed is None:
        return [{name: params[name] for name in resource.options}]
    _refuse_beside_list(resource, params)
    inherited = {name: params[name] for name in INHERITED if name in resource.options}
    return [
        {**item, **{name: value for name, value in inherited.items() if not is_set(item.get(name))}} for item in listed
    ]


def _refuse_beside_list(resource: Resource, params: Mapping[str, Any]) -> None:
    """An option of the single form has no meaning beside the list; better said than ignored."""
    beside = [
        name
        for name, option in resource.options.items()
        if name not in INHERITED and is_set(params[name]) and params[name] != option.get("default")
    ]
    if beside:
        raise error("beside_list", options=", ".join(beside), many=resource.many)


def _specs(resource: Resource, items: Sequence[Mapping[str, Any]]) -> List[Any]:
    """All specs, or all problems with them at once."""
    specs, problems = [], []
    for item in items:
        try:
            if "project" in resource.options:
                require_project(item)
            specs.append(resource.to_spec(item))
        except InputProblem as problem:
            problem.doing = problem.doing or resource.label(item)
            problems.append(problem)
    if problems:
        raise InputProblems(problems)
    return specs
