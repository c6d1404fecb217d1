# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots: images of the account's own, made of its instances."""

from __future__ import annotations

from typing import Any

from simulator import catalog
from simulator.cloud_rules import instance_of, object_not_found, project_of
from simulator.cloud_state import Project, Snapshot
from simulator.cloud_views import zulu
from simulator.errors import conflict
from simulator.routing import Call, route

SNAPSHOTS = "/cloud/project/{serviceName}/snapshot"


@route("POST", "/cloud/project/{serviceName}/instance/{instanceId}/snapshot")
def take_snapshot(call: Call) -> Any:
    world, project = call.world, project_of(call)
    instance = instance_of(call, project)
    status = instance.status(world.now())
    if status not in ("ACTIVE", "SHUTOFF"):
        raise conflict(f"Instance {instance.id} is in state {status}, it must be in ACTIVE or SHUTOFF")
    image = catalog.image_by_id(instance.image_id or "") or {}
    saved_at = world.now() + world.duration("instance_changing")
    snapshot = Snapshot(world.uuid(), call.body["snapshotName"], instance.region, image, world.now(), saved_at)
    project.snapshots[snapshot.id] = snapshot


@route("GET", SNAPSHOTS)
def list_snapshots(call: Call) -> Any:
    region = call.query.get("region")
    return call.world.shuffled(
        _snapshot_json(call, snapshot)
        for snapshot in project_of(call).snapshots.values()
        if region in (None, snapshot.region)
    )


@route("GET", SNAPSHOTS + "/{imageId}")
def get_snapshot(call: Call) -> Any:
    return _snapshot_json(call, _snapshot_of(call, project_of(call)))


@route("DELETE", SNAPSHOTS + "/{imageId}")
def delete_snapshot(call: Call) -> Any:
    project = project_of(call)
    del project.snapshots[_snapshot_of(call, project).id]


def _snapshot_of(call: Call, project: Project) -> Snapshot:
    snapshot = project.snapshots.get(call.path["imageId"])
    if snapshot is None:
        raise object_not_found()
    return snapshot


def _snapshot_json(call: Call, snapshot: Snapshot) -> dict[str, Any]:
    image = snapshot.image
    return {
        "id": snapshot.id,
        "name": snapshot.name,
        "region": snapshot.region,
        "type": image.get("type", "linux"),
        "user": image.get("user", ""),
        "status": "active" if call.world.now() >= snapshot.saved_at else "saving",
        "visibility": "private",
        "size": image.get("size", 2.0),
        "minDisk": image.get("minDisk", 0),
        "minRam": image.get("minRam", 0),
        "creationDate": zulu(snapshot.created_at),
        "flavorType": None,
        "planCode": None,
        "tags": [],
    }
