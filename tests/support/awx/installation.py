# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of one installation of AWX, and what happens to them."""

from __future__ import annotations

import copy
import itertools
import json
import re
import uuid
from pathlib import Path
from typing import Any

import yaml

from tests.support.awx import credential_types, projects, surveys
from tests.support.awx.kinds import KINDS, UNIFIED, VERBOSITIES, Kind, Refused, bad

Object = dict[str, Any]
LAST = ("id", "status", "failed")
LINKS = ("success_nodes", "failure_nodes", "always_nodes")
MACHINE = 1
"""The type of the credentials by which jobs reach machines, which every AWX has."""
MACHINE_TYPE = {
    **KINDS["credential_types"].defaults,
    "id": MACHINE,
    "name": "Machine",
    "kind": "ssh",
    "namespace": "ssh",
    "managed": True,
    "inputs": {
        "fields": [
            {"id": "username", "label": "Username", "type": "string"},
            {"id": "password", "label": "Password", "type": "string", "secret": True, "ask_at_runtime": True},
            {"id": "ssh_key_data", "label": "SSH Private Key", "type": "string", "secret": True, "multiline": True},
        ]
    },
}
NOW = "2026-01-15T09:00:00.000000Z"
STEPS = ("pending", "waiting", "running")
IMAGE = re.compile(r"[\w./:@-]+")
TEXT_VARIABLES = {"inventories": "variables", "job_templates": "extra_vars", "inventory_sources": "source_vars"}


class Installation:
    """`repositories` says which folder is behind a git address; another address can't be synced.

    `galaxy` are the organizations with a Galaxy credential, whose projects' collections are installed from there.
    """

    def __init__(self, repositories: dict[str, Path]) -> None:
        self.repositories = repositories
        self.objects: dict[str, dict[int, Object]] = {route: {} for route in KINDS}
        self.objects["credential_types"][MACHINE] = copy.deepcopy(MACHINE_TYPE)
        self.surveys: dict[tuple[str, int], Object] = {}
        self.template_credentials: dict[int, list[int]] = {}
        self.updates: dict[int, Object] = {}
        self.galaxy: set[int] = set()
        self.synced: dict[int, list[str]] = {}
        self.jobs: list[Object] = []
        self._numbers: dict[str, Any] = {}

    # -- reading -----------------------------------------------------------------------------------------------------

    def all_objects(self) -> list[str]:
        """Everything that somebody made, as "kind: name"."""
        return sorted(
            f"{KINDS[route].type}: {one.get('name') or one.get('identifier')}"
            for route, there in self.objects.items()
            for one in there.values()
            if not one.get("managed")
        )

    def find(self, route: str, key: str) -> Object:
        """An object by its number or its named URL."""
        kind = KINDS[route]
        for one in self.objects[route].values():
            if str(one["id"]) == key or self.named(kind, one) == key:
                return one
        raise Refused(404, {"detail": f"No {kind.title} matches the given query."})

    def named(self, kind: Kind, one: Object) -> str | None:
        organization = self._name("organizations", self.organization_of(kind.route, one))
        if kind.route == "organizations":
            return str(one["name"])
        if kind.route == "credential_types":
            return f"{one['name']}+{one['kind']}"
        if kind.route == "credentials":
            owner = self.objects["credential_types"][one["credential_type"]]
            return f"{one['name']}++{owner['name']}+{owner['kind']}++{organization}"
        if kind.route == "inventory_sources":
            return f"{one['name']}++{self._name('inventories', one['inventory'])}++{organization}"
        if kind.route in ("job_templates", "workflow_job_templates", "inventories", "projects"):
            return f"{one['name']}++{organization}"
        return None

    def organization_of(self, route: str, one: Object) -> int | None:
        if route == "inventory_sources":
            number = self.objects["inventories"][one["inventory"]]["organization"]
        else:
            number = one.get("organization")
        return number

    def _name(self, route: str, number: int | None) -> str:
        return str(self.objects[route][number]["name"]) if number is not None else ""

    def shown(self, route: str, one: Object) -> Object:
        """An object as the API gives it out."""
        kind = KINDS[route]
        url = f"/api/v2/{route}/{one['id']}/"
        related = {name: f"{url}{name}/" for name in kind.related}
        if one.get("unified_job_template") is not None:
            target = self.route_of(one["unified_job_template"])
            related["unified_job_template"] = f"/api/v2/{target}/{one['unified_job_template']}/"
        summary = {}
        if route == "projects":
            running = self._running_update(one["id"])
            if running:
                summary["current_update"] = {"id": running["id"], "status": running["status"]}
            updates = [update for update in self.updates.values() if update["project"] == one["id"]]
            if updates:
                summary["last_update"] = {key: updates[-1][key] for key in LAST}
        answer = {"type": kind.type, "url": url, "related": related, "summary_fields": summary, **copy.deepcopy(one)}
        if route == "credentials":
            answer["inputs"] = credential_types.shown_inputs(one["inputs"], self.fields_of(one))
        return answer

    def fields_of(self, credential: Object) -> list[Object]:
        fields: list[Object] = self.objects["credential_types"][credential["credential_type"]]["inputs"].get(
            "fields", []
        )
        return fields

    def route_of(self, number: int) -> str:
        for route in UNIFIED:
            if number in self.objects[route]:
                return route
        raise bad(unified_job_template=f'Invalid pk "{number}" - object does not exist.')

    def survey(self, route: str, number: int) -> Object:
        return self.surveys.get((route, number), {})

    # -- writing -----------------------------------------------------------------------------------------------------

    def create(self, route: str, body: Object) -> Object:
        kind = KINDS[route]
        for name in kind.required:
            if body.get(name) is None:
                raise bad(**{name: "This field is required."})
        one = {**copy.deepcopy(kind.defaults), **self._known(kind, body)}
        if route == "workflow_job_template_nodes":
            one["identifier"] = one["identifier"] or str(uuid.uuid4())
        self._fill_in(kind, one)
        self._check(kind, one, None)
        one = {"id": self._number("unified" if kind.unified else route), **one}
        self.objects[route][one["id"]] = one
        if route == "projects" and one["scm_type"]:
            self.start_update(one)
        return one

    def change(self, route: str, one: Object, body: Object) -> Object:
        kind = KINDS[route]
        new = {**one, **self._known(kind, body)}
        if route == "credentials" and "inputs" in body:
            new["inputs"] = credential_types.kept_secrets(body["inputs"], one["inputs"])
        self._fill_in(kind, new)
        self._check(kind, new, one)
        if route == "credential_types" and new["inputs"] != one["inputs"] and self._in_use(one):
            raise Refused(
                403, {"detail": "Modifications to inputs are not allowed for credential types that are in use"}
            )
        moved = route == "projects" and any(new[name] != one[name] for name in ("scm_url", "scm_branch", "scm_type"))
        one.update(new)
        if moved:
            self.start_update(one)
        return one

    def delete(self, route: str, one: Object) -> int:
        """Remove an object with what goes along; what only refers to it stays, without it."""
        if route == "credential_types" and self._in_use(one):
            raise Refused(403, {"detail": "Credential types that are in use cannot be deleted"})
        running = self._running_update(one["id"]) if route == "projects" else None
        if running:
            jobs = [{"id": running["id"], "type": "project_update"}]
            raise Refused(409, {"error": "Resource is being used by running jobs.", "active_jobs": jobs})
        self._drop(KINDS[route], one)
        return 202 if route == "inventories" else 204

    def _drop(self, kind: Kind, one: Object) -> None:
        del self.objects[kind.route][one["id"]]
        for other in KINDS.values():
            for holder in list(self.objects[other.route].values()):
                names = self._references(other, kind, holder, one["id"])
                if names and other.route in kind.cascades:
                    self._drop(other, holder)
                else:
                    holder.update(dict.fromkeys(names))
        self._forget_links(kind.route, one)

    def _references(self, other: Kind, kind: Kind, holder: Object, number: int) -> list[str]:
        names = [name for name, route in other.refers.items() if route == kind.route]
        if kind.unified and "unified_job_template" in other.defaults:
            names.append("unified_job_template")
        return [name for name in names if holder[name] == number]

    def _forget_links(self, route: str, one: Object) -> None:
        self.surveys.pop((route, one["id"]), None)
        if route == "workflow_job_template_nodes":
            for node in self.objects[route].values():
                for name in LINKS:
                    node[name] = [number for number in node[name] if number != one["id"]]
        asked = {node["unified_job_template"] for node in self.objects["workflow_job_template_nodes"].values()}
        for number in set(self.objects["workflow_approval_templates"]) - asked:
            del self.objects["workflow_approval_templates"][number]

    def _known(self, kind: Kind, body: Object) -> Object:
        """What of a body is kept: unknown keys are ignored, and a reference must lead somewhere."""
        found = {name: value for name, value in body.items() if name in kind.defaults and name != "id"}
        for name, route in kind.refers.items():
            if found.get(name) is not None and found[name] not in self.objects[route]:
                raise bad(**{name: f'Invalid pk "{found[name]}" - object does not exist.'})
        if kind.route == "inventories" and found.get("kind", "") is None:
            found["kind"] = ""
        if kind.route == "schedules" and "rrule" in found:
            found["rrule"] = found["rrule"].replace("\n", " ")
        return found

    def _number(self, sequence: str) -> int:
        return int(next(self._numbers.setdefault(sequence, itertools.count(5))))

    def _in_use(self, credential_type: Object) -> bool:
        return any(one["credential_type"] == credential_type["id"] for one in self.objects["credentials"].values())

    def _fill_in(self, kind: Kind, new: Object) -> None:
        """A job template belongs to its project's organization, whatever was sent."""
        if kind.route == "job_templates" and new["project"] is not None:
            new["organization"] = self.objects["projects"][new["project"]]["organization"]

    # -- rules -------------------------------------------------------------------------------------------------------

    def _check(self, kind: Kind, new: Object, old: Object | None) -> None:
        if "name" in kind.required and new["name"] == "":
            raise bad(name="This field may not be blank.")
        if len(new.get("name", "")) > 512:
            raise bad(name="Ensure this field has no more than 512 characters.")
        for other in self.objects[kind.route].values():
            if other is not old and kind.unique and all(other[name] == new[name] for name in kind.unique):
                key = kind.unique[0] if len(kind.unique) == 1 else "__all__"
                raise bad(**{key: kind.duplicate})
        if kind.route in VERBOSITIES and new["verbosity"] not in VERBOSITIES[kind.route]:
            raise bad(verbosity=f'"{new["verbosity"]}" is not a valid choice.')
        variables = TEXT_VARIABLES.get(kind.route)
        if variables:
            check_variables(variables, new[variables])
        check = getattr(self, f"_check_{kind.type}", None)
        if check:
            check(new)

    def _check_credential_type(self, new: Object) -> None:
        credential_types.check_type(new)

    def _check_credential(self, new: Object) -> None:
        if new["organization"] is None:
            raise Refused(400, {"detail": ["Missing 'user', 'team', or 'organization'."]})
        credential_types.check_inputs(new["inputs"], self.fields_of(new))

    def _check_execution_environment(self, new: Object) -> None:
        if not IMAGE.fullmatch(new["image"]):
            raise bad(image=f"The container image name {new['image']} is not valid")

    def _check_project(self, new: Object) -> None:
        if new["scm_type"] not in ("", "git", "svn", "insights", "archive"):
            raise bad(scm_type=f'"{new["scm_type"]}" is not a valid choice.')
        if new["scm_type"] and not new["scm_url"]:
            raise bad(scm_url="SCM URL is required.")

    def _check_inventory_source(self, new: Object) -> None:
        if new["source"] != "scm":
            raise bad(source=f'"{new["source"]}" is not a valid choice.')
        if new["source_project"] is None:
            raise bad(source_project="Project required for scm type sources.")
        if not self.objects["projects"][new["source_project"]]["scm_type"]:
            raise bad(source_project="Cannot use manual project for SCM-based inventory.")
        if new["update_cache_timeout"] < 0:
            raise bad(update_cache_timeout="Ensure this value is greater than or equal to 0.")

    def _check_job_template(self, new: Object) -> None:
        if new["project"] is None:
            raise bad(project="Job Templates must have a project assigned.")
        if not new["playbook"]:
            raise bad(playbook="Must select playbook for project.")
        if new["playbook"] not in self.playbooks(new["project"]):
            raise bad(playbook="Playbook not found for project.")
        if new["inventory"] is None and not new["ask_inventory_on_launch"]:
            raise bad(inventory="You must either set a default value or ask to prompt on launch.")
        if new["job_type"] not in ("run", "check"):
            raise bad(job_type=f'"{new["job_type"]}" is not a valid choice.')

    def _check_workflow_job_template_node(self, new: Object) -> None:
        if new["unified_job_template"] is not None:
            self._check_extra_data(new, required=False)

    def _check_schedule(self, new: Object) -> None:
        projects.check_rule(new["rrule"])
        self._check_extra_data(new, required=True)

    def _check_extra_data(self, new: Object, required: bool) -> None:
        route, number = self.route_of(new["unified_job_template"]), new["unified_job_template"]
        template = self.objects[route][number]
        survey = self.survey(route, number) if template.get("survey_enabled") else {}
        asked = {question["variable"] for question in survey.get("spec", [])}
        unasked = sorted(set(new["extra_data"]) - asked)
        if unasked and not template.get("ask_variables_on_launch"):
            names = ", ".join(unasked)
            raise bad(
                extra_data=f"Variables {names} are not allowed on launch. Check the Prompt on Launch setting on the "
                f"{KINDS[route].title.replace('JobTemplate', 'Job Template')} to include Extra Variables."
            )
        errors = surveys.answer_errors(survey, new["extra_data"], required)
        if errors:
            raise Refused(400, {"variables_needed_to_start": errors})

    # -- projects ----------------------------------------------------------------------------------------------------

    def start_update(self, project: Object) -> Object:
        number = self._number("jobs")
        revision = project["scm_revision"]
        self.updates[number] = {
            "id": number,
            "type": "project_update",
            "url": f"/api/v2/project_updates/{number}/",
            "project": project["id"],
            "status": STEPS[0],
            "failed": False,
            "finished": None,
            "event_processing_finished": False,
            "scm_revision": revision,
        }
        return self.updates[number]

    def look_at_update(self, number: int) -> Object:
        """An update gets on by one step each time that somebody looks."""
        update = self.updates[number]
        seen = dict(update)
        if update["status"] in STEPS:
            update["status"] = [*STEPS, ""][STEPS.index(update["status"]) + 1]
            project = self.objects["projects"][update["project"]]
            if not update["status"]:
                self._finish(update, project)
            project["status"] = update["status"]
        return seen

    def _finish(self, update: Object, project: Object) -> None:
        folder = self.repositories.get(project["scm_url"])
        # Nothing answers for Galaxy here.
        wants_galaxy = project["organization"] in self.galaxy and folder and projects.wants_collections(folder)
        failed = folder is None or wants_galaxy
        update.update(failed=bool(failed), finished=NOW, event_processing_finished=True)
        update["status"] = "failed" if failed else "successful"
        if folder is not None and not failed:
            self.synced[project["id"]] = projects.playbooks(folder)
            project["scm_revision"] = update["scm_revision"] = projects.revision(self.synced[project["id"]])

    def _running_update(self, project: int) -> Object | None:
        for update in self.updates.values():
            if update["project"] == project and update["status"] in STEPS:
                return update
        return None

    def playbooks(self, project: int) -> list[str]:
        """Those that the last sync that ended well has brought."""
        return self.synced.get(project, [])

    # -- relations ---------------------------------------------------------------------------------------------------

    def link_credential(self, template: int, body: Object) -> None:
        there = self.template_credentials.setdefault(template, [])
        number = body["id"]
        if number not in self.objects["credentials"]:
            raise Refused(400, {"detail": "Credential matching query does not exist."})
        if body.get("disassociate"):
            there[:] = [one for one in there if one != number]
            return
        kind = self.objects["credentials"][number]["credential_type"]
        if any(self.objects["credentials"][one]["credential_type"] == kind for one in there):
            title = self.objects["credential_types"][kind]["name"]
            raise Refused(400, {"error": f"Cannot assign multiple {title} credentials."})
        there.append(number)

    def link_node(self, node: Object, relation: str, body: Object) -> None:
        if body.get("disassociate"):
            node[relation] = [one for one in node[relation] if one != body["id"]]
            return
        if body["id"] == node["id"]:
            raise Refused(400, {"Error": "Cycle detected."})
        if any(body["id"] in node[name] for name in LINKS if name != relation):
            raise Refused(400, {"Error": "Relationship not allowed."})
        if body["id"] not in node[relation]:
            node[relation].append(body["id"])

    def ask_for_approval(self, node: Object, body: Object) -> Object:
        if not body.get("name"):
            raise bad(name="This field is required.")
        approval = self.create("workflow_approval_templates", body)
        node["unified_job_template"] = approval["id"]
        return approval

    def launch(self, route: str, template: Object, body: Object) -> Object:
        """A job that stays pending, with the variables that its playbook would get."""
        survey = self.survey(route, template["id"]) if template["survey_enabled"] else {}
        asked = {question["variable"] for question in survey.get("spec", [])}
        given = body.get("extra_vars") or {}
        answers = {name: value for name, value in given.items() if name in asked}
        errors = surveys.answer_errors(survey, answers)
        if errors:
            raise Refused(400, {"variables_needed_to_start": errors})
        number = self._number("jobs")
        job = {
            "id": number,
            "job": number,
            "status": "pending",
            "ignored_fields": {name: value for name, value in given.items() if name not in asked},
            "extra_vars": json.dumps(surveys.with_defaults(survey, answers)),
        }
        self.jobs.append(job)
        return job


def check_variables(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise bad(**{name: "Not a valid string."})
    try:
        found = yaml.safe_load(value) if value else {}
    except yaml.YAMLError as error:
        raise bad(**{name: f"Cannot parse as JSON (error: …) or YAML (error: {error})."}) from None
    if not isinstance(found, (dict, type(None))):
        raise bad(**{name: "Cannot parse as JSON (error: …) or YAML (error: not a mapping)."})
