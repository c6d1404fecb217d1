# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/vrack: vRacks, their projects, the tasks that change them, and their end."""

from __future__ import annotations

import re
from functools import partial

from simulator.cloud_rules import networks, project_of, refuse_if_ports_in_use
from simulator.cloud_state import Operation
from simulator.cloud_views import operation_json
from simulator.errors import bad_request, conflict, not_found
from simulator.mails import new_mail
from simulator.makers import maker
from simulator.routing import OTHERS_PASS, route
from simulator.state import VrackTask
from simulator.worlds import new_vrack

OTHER_FAMILIES = [
    "dedicatedCloud",
    "dedicatedCloudDatacenter",
    "dedicatedConnect",
    "dedicatedServer",
    "dedicatedServerInterface",
    "ip",
    "ipLoadbalancing",
    "ipv6",
    "legacyVrack",
    "ovhCloudConnect",
    "vmwareCloudDirectorVirtualDataCenter",
    "vrackServices",
]


def vrack_of(call):
    vrack = call.world.account.vracks.get(call.path["serviceName"])
    if vrack is None or call.world.now() < vrack.usable_from:
        raise not_found()
    return vrack


@route("GET", "/vrack")
def list_vracks(call):
    now = call.world.now()
    vracks = call.world.account.vracks.values()
    return call.world.shuffled(vrack.service_name for vrack in vracks if now >= vrack.visible_from)


@route("GET", "/vrack/{serviceName}")
def get_vrack(call):
    vrack = vrack_of(call)
    iam = {
        "id": vrack.iam_id,
        "displayName": vrack.name or vrack.service_name,
        "tags": {},
        "urn": f"urn:v1:eu:resource:vrack:{vrack.service_name}",
    }
    return {"serviceName": vrack.service_name, "name": vrack.name, "description": vrack.description, "iam": iam}


@route("PUT", "/vrack/{serviceName}")
def put_vrack(call):
    vrack, settings = vrack_of(call), call.world.settings
    for field, form in (("name", settings.vrack_names), ("description", settings.vrack_descriptions)):
        if call.given(field) is not None and not re.fullmatch(form, call.body[field]):
            raise bad_request(f"Invalid {field}")
    if call.given("name") is not None:
        vrack.name = call.body["name"]
    if call.given("description") is not None:
        vrack.description = call.body["description"]


@route("GET", "/vrack/{serviceName}/serviceInfos")
def get_service_infos(call):
    vrack, nichandle = vrack_of(call), call.world.account.nichandle
    return {
        "contactAdmin": nichandle,
        "contactBilling": nichandle,
        "contactTech": nichandle,
        "creation": call.world.timestamp(vrack.created)[:10],
        "domain": vrack.service_name,
        "serviceId": int(vrack.service_name.removeprefix("pn-")),
        "status": "ok",
    }


@route("GET", "/vrack/{serviceName}/allowedServices")
def get_allowed_services(call):
    vrack_of(call)
    families = _attachable(call.world)
    wanted = call.query.get("serviceFamily")
    return families if wanted is None else {**dict.fromkeys(families), wanted: families[wanted]}


@route("GET", "/vrack/{serviceName}/eligibleServices")
def get_eligible_services(call):
    vrack_of(call)
    now = call.world.timestamp()
    return {"createdAt": now, "errors": [], "result": _attachable(call.world), "status": "done"}


def _attachable(world):
    free = [project for project in world.account.cloud.projects if world.account.vrack_of(project) is None]
    return {"cloudProject": world.shuffled(free), **{family: [] for family in OTHER_FAMILIES}}


@route("GET", "/vrack/{serviceName}/cloudProject")
def list_projects(call):
    return call.world.shuffled(vrack_of(call).projects)


@route("GET", "/vrack/{serviceName}/cloudProject/{project}")
def get_project(call):
    vrack, project = vrack_of(call), call.path["project"]
    if project not in vrack.projects:
        raise not_found(f"The requested object (project = {project}) does not exist")
    return {"vrack": vrack.service_name, "project": project}


@route("POST", "/vrack/{serviceName}/cloudProject")
def attach(call):
    world, vrack, project = call.world, vrack_of(call), call.body["project"]
    if project not in world.account.cloud.projects:
        raise not_found()
    _refuse_while_busy(world, vrack, project)
    if world.account.vrack_of(project):
        raise bad_request(f"{project} is already on a private network")
    yield OTHERS_PASS
    return _start(world, vrack, "addCloudProjectToVrack", project, partial(_join, world, vrack))


def _join(world, vrack, project):
    if world.account.vrack_of(project) is None:
        vrack.projects.append(project)


@route("DELETE", "/vrack/{serviceName}/cloudProject/{project}")
def detach(call):
    world, vrack, project = call.world, vrack_of(call), call.path["project"]
    get_project(call)
    _refuse_while_busy(world, vrack, project)
    record = world.account.cloud.projects[project]
    for network in networks(record, world.now()):
        refuse_if_ports_in_use(record, network, world.now())
        if not world.settings.detach_with_networks:
            raise bad_request(f"{project} has private networks: remove them first ({network.id})")
    return _start(world, vrack, "removeCloudProjectFromVrack", project, vrack.projects.remove)


def _refuse_while_busy(world, vrack, project):
    """One change at a time, of a vRack and of a project."""
    for task in open_tasks(world):
        if vrack.service_name == task.vrack or project == task.project:
            raise conflict(f"Another task is already in progress on {task.vrack} (task {task.id})")


def _start(world, vrack, function, project, effect):
    seconds = [world.duration(name) for name in ("task_init", "task_todo", "task_doing", "task_done_shown")]
    todo_from, doing_from, done_at, shown_until = (world.now() + sum(seconds[:number]) for number in range(1, 5))
    task = VrackTask(
        id=world.number(7),
        vrack=vrack.service_name,
        function=function,
        project=project,
        created=world.now(),
        todo_from=todo_from,
        doing_from=doing_from,
        done_at=done_at,
        shown_until=shown_until,
    )
    world.account.tasks[task.id] = task
    world.after(done_at - world.now(), effect, project)
    return task_view(world, task)


def open_tasks(world):
    return [task for task in world.account.tasks.values() if world.now() < task.done_at]


def shown_tasks(world):
    return [task for task in world.account.tasks.values() if world.now() < task.shown_until]


@route("GET", "/vrack/{serviceName}/task")
def list_tasks(call):
    vrack = vrack_of(call)
    return call.world.shuffled(task.id for task in shown_tasks(call.world) if task.vrack == vrack.service_name)


@route("GET", "/vrack/{serviceName}/task/{taskId}")
def get_task(call):
    """A task that has finished can't be found any more, or only for a moment."""
    vrack, id_ = vrack_of(call), int(call.path["taskId"])
    for task in shown_tasks(call.world):
        if (task.vrack, task.id) == (vrack.service_name, id_):
            return task_view(call.world, task)
    raise not_found(f"The requested object (taskId = {id_}) does not exist")


def task_view(world, task):
    stages = [(task.created, "init"), (task.todo_from, "todo"), (task.doing_from, "doing"), (task.done_at, "done")]
    since, status = [stage for stage in stages if world.now() >= stage[0]][-1]
    return {
        "id": task.id,
        "function": task.function,
        "status": status,
        "serviceName": task.vrack,
        "targetDomain": task.project,
        "todoDate": world.timestamp(task.created),
        "lastUpdate": world.timestamp(since),
        "orderId": None,
    }


@route("POST", "/vrack/{serviceName}/terminate")
def terminate(call):
    world, vrack = call.world, vrack_of(call)
    _refuse_unless_empty(world, vrack)
    vrack.termination_token = world.token(24)
    link = (
        f"https://www.ovh.com/manager/#/billing/confirmTerminate?id={world.number(8)}&token={vrack.termination_token}"
    )
    body = f"To confirm the termination of {vrack.service_name}:\n{link}\n"
    new_mail(world, f"[{vrack.service_name}] Termination of a service", body)
    return "An email has been sent to the admin contact"


@route("POST", "/vrack/{serviceName}/confirmTermination")
def confirm_termination(call):
    world, vrack = call.world, vrack_of(call)
    if vrack.termination_token is None or call.body["token"] != vrack.termination_token:
        raise bad_request("Invalid token")
    _refuse_unless_empty(world, vrack)
    world.after(world.duration("vrack_ending"), world.account.vracks.pop, vrack.service_name, None)
    return "The termination has been confirmed"


def _refuse_unless_empty(world, vrack):
    if (
        vrack.projects
        or any(vrack.holds.values())
        or any(task.vrack == vrack.service_name for task in open_tasks(world))
    ):
        raise bad_request(f"{vrack.service_name} is not empty: remove its services first")


@route("GET", "/cloud/project/{serviceName}/vrack")
def get_vrack_of_project(call):
    vrack = call.world.account.vrack_of(project_of(call).id)
    if vrack is None:
        raise not_found("No vRack is associated with this project")
    return {"id": vrack.service_name, "name": vrack.name, "description": vrack.description}


@route("POST", "/cloud/project/{serviceName}/vrack")
def make_vrack_for_project(call):
    """A vRack of its own for a project that is in none; the operation is over when the project is in it."""
    world, project = call.world, project_of(call)
    if world.account.vrack_of(project.id) or any(task.project == project.id for task in open_tasks(world)):
        raise conflict(f"{project.id} is already on a private network")
    running = [entry for entry in project.operations.values() if world.now() < entry.completed_at]
    if any(entry.action == "vrack#create" for entry in running):
        raise conflict(f"A vRack is being created for {project.id}")
    seconds = world.duration("operation_running")
    operation = Operation(
        id=world.uuid(), action="vrack#create", region="", created_at=world.now(), completed_at=world.now() + seconds
    )
    project.operations[operation.id] = operation
    world.after(seconds, _give_vrack, world, project.id, operation)
    return operation_json(world, operation)


def _give_vrack(world, project_id, operation):
    vrack = new_vrack(world)
    vrack.projects.append(project_id)
    operation.resource_id = vrack.service_name


@maker("vrack")
def make_vrack(world, name="", description="", projects=(), holds=None):
    vrack = new_vrack(world, name, description)
    vrack.projects.extend(projects)
    vrack.holds.update(holds or {})
    return vrack
